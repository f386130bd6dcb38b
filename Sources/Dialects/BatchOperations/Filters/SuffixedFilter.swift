import BulkModel
import Formats
import Planning

/// Reads filters whose operator is a suffix of the column's name: `status`, `amount_gte`, `created_before`; all of them have
/// to hold, and everything that is wrong is noted.
///
/// A column of exactly that name wins over any suffix.
struct SuffixedFilter {
    /// What a name asks of which column.
    struct Subject: Hashable {
        let column: String
        let test: FilterTest
    }

    /// Longer ones first where one is the end of another.
    private static let suffixes: KeyValuePairs<String, FilterTest> = [
        "_is_null": .isNull, "_before": .before, "_after": .after, "_like": .like, "_gte": .gte,
        "_lte": .lte, "_gt": .gt, "_lt": .lt, "_ne": .ne, "_in": .among,
    ]

    /// Faults that are noted, and unknown names among them that get a hint: each costs a comparison with every column and
    /// suffix.
    private static let faultsMax = 100
    private static let hintsMax = 10

    /// What stands before names in messages: `filter.`.
    private let path: String
    private let columns: [String]
    private let limits: Limits
    private(set) var faults: [Refusal.Detail] = []
    private var unknownCount = 0

    /// `columns` are the table's; `path` stands before names in messages.
    init(columns: [String], limits: Limits, path: String = "") {
        self.columns = columns
        self.limits = limits
        self.path = path
    }

    /// The filter of an object's members; an array means any of its values. Nothing is read of too many.
    mutating func expression(_ members: [JSONValue.Member]) -> FilterExpression {
        guard members.count <= limits.filterTermsMax else {
            return refuse(from: members[limits.filterTermsMax].name)
        }
        return Self.all(members.compactMap { term($0.name, $0.value) })
    }

    /// The filter of a query's parameters: texts, which are what their columns make of them. `_in` takes values between
    /// commas, `_is_null` takes `true` or `false`. Nothing is read of too many.
    mutating func expression(_ items: [(name: String, value: String)]) -> FilterExpression {
        guard items.count <= limits.filterTermsMax else {
            return refuse(from: items[limits.filterTermsMax].name)
        }
        return Self.all(
            items.compactMap { item in
                switch subject(of: item.name)?.test {
                case .among:
                    let parts = item.value.split(separator: ",", omittingEmptySubsequences: false)
                    return term(item.name, .array(parts.map { .string(String($0)) }))
                case .isNull: return term(item.name, Bool(item.value).map(JSONValue.bool) ?? .null)
                default: return term(item.name, .string(item.value))
                }
            })
    }

    /// What the name asks; nil when it names no column.
    ///
    /// `created_before` is about `created_at` where there is such a column, else about `created`.
    func subject(of name: String) -> Subject? {
        if let column = column(name) { return Subject(column: column, test: .eq) }
        for (suffix, test) in Self.suffixes where name.hasSuffix(suffix) {
            let stem = String(name.dropLast(suffix.count))
            let isTime = test == .before || test == .after
            let names = isTime ? ["\(stem)_at", stem] : [stem]
            guard let column = names.lazy.compactMap(column).first else { continue }
            return Subject(column: column, test: test)
        }
        return nil
    }

    private mutating func term(_ name: String, _ value: JSONValue) -> FilterExpression? {
        guard let subject = subject(of: name) else {
            fault(name, unknown(name), .unknownColumn)
            return nil
        }
        var test = subject.test
        if test == .eq, case .array = value { test = .among }
        if let complaint = Self.complaint(test, value) {
            fault(name, complaint, .invalidValue)
            return nil
        }
        return .term(
            FilterExpression.Term(column: subject.column, test: test, value: value, place: path + name))
    }

    /// What is wrong with the operand's shape; its type is the table's to judge.
    private static func complaint(_ test: FilterTest, _ value: JSONValue) -> String? {
        switch (test, value) {
        case (.isNull, .bool), (.eq, .null), (.ne, .null), (.like, .string): return nil
        case (.isNull, _): return "Must be true or false."
        case (.like, _): return "Must be a text, with % and _ for what may stand there."
        case (.among, .array(let values)):
            if values.isEmpty { return "Must have at least one value." }
            return values.allSatisfy(isSingle) ? nil : "Must have single values only."
        case (.among, _): return "Must be an array of values."
        default:
            return value != .null && isSingle(value) ? nil : "Must be a single value that is not null."
        }
    }

    private static func isSingle(_ value: JSONValue) -> Bool {
        switch value {
        case .null, .bool, .integer, .number, .string: true
        case .array, .object: false
        }
    }

    private func column(_ name: String) -> String? {
        if columns.contains(name) { return name }
        let wanted = name.lowercased()
        let found = columns.filter { $0.lowercased() == wanted }
        return found.count == 1 ? found[0] : nil
    }

    private mutating func unknown(_ name: String) -> String {
        let hint = nearest(name).map { " Did you mean \"\($0)\"?" } ?? ""
        let suffixes = Self.suffixes.map(\.key).joined(separator: " ")
        return "The table has no such column, alone or with a suffix (\(suffixes)).\(hint)"
    }

    private mutating func nearest(_ name: String) -> String? {
        unknownCount += 1
        guard unknownCount <= Self.hintsMax else { return nil }
        let names = columns + columns.flatMap { column in Self.suffixes.map { column + $0.key } }
        return NearestName.of(name, among: names)
    }

    /// Refuses the whole filter; `name` is the first that is too many.
    private mutating func refuse(from name: String) -> FilterExpression {
        fault(name, "Is one condition too many: at most \(limits.filterTermsMax).", .invalidRequest)
        return .all([])
    }

    private static func all(_ parts: [FilterExpression]) -> FilterExpression {
        parts.count == 1 ? parts[0] : .all(parts)
    }

    private mutating func fault(_ name: String, _ message: String, _ code: ErrorCode) {
        guard faults.count < Self.faultsMax else { return }
        faults.append(Refusal.Detail(field: path + name, code: code, message: message))
    }
}
