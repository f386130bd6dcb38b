import BulkModel
import Formats

/// Takes one record's members, noting everything that is wrong with them.
struct RecordReading {
    private(set) var row = RecordRow()
    private(set) var faults = RecordFaults()
    private let checker: RecordChecker
    private let path: RecordKey?
    private let freshKey: String?
    /// Names of the columns that were named.
    private var given: Set<String> = []

    init(_ checker: RecordChecker, key: RecordKey?, freshKey: String?) {
        self.checker = checker
        self.freshKey = freshKey
        path = key
        row.key = key
    }

    private var target: RecordTarget { checker.target }

    mutating func take(_ member: JSONValue.Member) {
        let column = checker.columns.names.column(member.name)
        guard !ResultNames.isIgnored(member.name, isColumn: column != nil) else { return }
        guard let column else { return faults.addUnknown(member.name, checker.columns.names) }
        guard given.insert(column.name).inserted else {
            return faults.add(
                "repeated_columns", field: member.name, .unknownColumn,
                "Column \"\(column.name)\" is given more than once; leave one.")
        }
        if column.name == target.rules.tenantColumn { return checkTenant(member.value, column) }
        guard column.name != target.key.name else { return takeKey(member.value) }
        guard !column.isGenerated else {
            return faults.add(
                "not_writable", field: member.name, .unknownColumn,
                "Column \"\(column.name)\" is computed by the database and cannot be written; leave it out.")
        }
        set(column, member.value)
    }

    /// Adds what the record does not name itself.
    mutating func finish() {
        if checker.change == .patch, given.isEmpty || row.cells.isEmpty, faults.details.isEmpty {
            faults.add(
                "nothing_to_set", field: "body", .missingValue,
                "A change needs at least one column beside the key.")
        }
        finishKey()
        for column in checker.times.columns(setBy: checker.change) where !given.contains(column.name) {
            guard let place = checker.columns.place(of: column.name) else { continue }
            given.insert(column.name)
            let text = RecordTimes.text(checker.now, for: column)
            row.add(.text(start: 0, length: UInt32(text.count)), of: text, column: place)
        }
        for column in checker.required where !given.contains(column.name) {
            given.insert(column.name)
            faults.add(
                "missing", field: column.name, .missingValue, "Column \"\(column.name)\" is required.")
        }
        if checker.change == .replace { clearRest() }
    }

    private mutating func takeKey(_ value: JSONValue) {
        if let path {
            if let key = checker.keys.key(of: value), checker.keys.isSame(key, path) { return }
            return faults.add(
                "key_changed", field: target.key.name, .invalidValue,
                "Column \"\(target.key.name)\" identifies the record and cannot be changed; leave it out.")
        }
        // No key is as good as none named where one is made anyway.
        if value == .null, freshKey != nil || target.key.isAutomatic { return }
        guard !target.key.isGenerated else {
            return faults.add(
                "not_writable", field: target.key.name, .unknownColumn,
                "Column \"\(target.key.name)\" is computed by the database and cannot be written; leave it out."
            )
        }
        row.key = checker.keys.key(of: value)
        set(target.key, value)
    }

    private mutating func finishKey() {
        let key = target.key
        if let path { return set(key, path.value) }
        guard row.key == nil, !faults.details.contains(where: { $0.field == key.name }) else { return }
        if let freshKey {
            row.key = .text(freshKey)
            set(key, .string(freshKey))
        } else if key.defaultSQL == nil, !key.isAutomatic, !key.isGenerated {
            faults.add("missing", field: key.name, .missingValue, "Column \"\(key.name)\" is required.")
        }
    }

    private mutating func checkTenant(_ value: JSONValue, _ column: ColumnDescription) {
        var bytes: [UInt8] = []
        let field = value.field(in: &bytes)
        let rule = FieldRule(role: .tenantCheck, emptyIs: .text)
        guard case .bad(let problem) = checker.columns.checker.check(field, rule, in: bytes.span) else {
            return
        }
        refuse(problem, column, bytes)
    }

    private mutating func set(_ column: ColumnDescription, _ value: JSONValue) {
        guard let place = checker.columns.place(of: column.name) else { return }
        var bytes: [UInt8] = []
        let field = value.field(in: &bytes)
        switch checker.columns.checker.check(field, checker.columns.rules[place], in: bytes.span) {
        case .nothing: break
        case .bad(let problem): refuse(problem, column, bytes)
        case .good(.blob(let start, _)):
            let count = bytes.count
            var span = bytes.mutableSpan
            let length = BlobText.decode(&span, at: 0..<count)
            row.add(.blob(start: start, length: UInt32(length)), of: bytes, column: place)
        case .good(let value): add(value, bytes, column, place)
        }
    }

    private mutating func add(
        _ value: BoundValue, _ bytes: [UInt8], _ column: ColumnDescription, _ place: Int
    ) {
        if case .text = value {
            row.add(value, of: bytes, column: place)
        } else {
            row.add(value, of: [], column: place)
        }
        guard column.name == target.standing.status?.name else { return }
        switch value {
        case .absent: break
        case .integer(let number): row.status = RecordRow.Status(text: String(number))
        case .real, .text: row.status = RecordRow.Status(text: String(decoding: bytes, as: UTF8.self))
        case .null, .blob: row.status = RecordRow.Status(text: nil)
        }
    }

    private mutating func refuse(_ problem: FieldProblem, _ column: ColumnDescription, _ bytes: [UInt8]) {
        let planned = checker.columns.place(of: column.name).map { checker.columns.planned[$0] }
        let words = FaultMessage.words(for: problem, name: column.name, planned: planned, text: bytes.span)
        faults.add(problem.issue, field: column.name, problem.code, "Column \"\(column.name)\": \(words).")
    }

    /// What a replaced record does not name becomes NULL, unless the database has a value of its own for it.
    private mutating func clearRest() {
        for column in target.table.columns where !given.contains(column.name) {
            let isOurs =
                column.name == target.key.name || column.name == target.rules.tenantColumn
                || column.name == checker.times.created?.name
            guard !isOurs, column.isNullable, column.defaultSQL == nil, !column.isGenerated,
                !column.isAutomatic, let place = checker.columns.place(of: column.name)
            else { continue }
            add(.null, [], column, place)
        }
    }
}

extension RecordKeyReader {
    /// True when both are spellings of one key, as far as the type tells.
    func isSame(_ a: RecordKey, _ b: RecordKey) -> Bool {
        switch column.type {
        case .uuid: a.text.lowercased() == b.text.lowercased()
        default: a == b
        }
    }
}

extension RecordKey {
    /// The key as a value of a body.
    var value: JSONValue {
        switch self {
        case .integer(let number): .integer(number)
        case .text(let text): .string(text)
        }
    }
}
