import BulkModel
import Formats
import Planning

/// Renders objects, as a JSON array or one a line: the record's own members, and then the outcome.
///
/// Cells of a CSV upload become texts; NULL marks become null, and what the job takes as absent is left out. A record that
/// could not be read is one text, `_raw`.
struct ObjectRenderer: RecordRenderer {
    var bytes: [UInt8] = []
    private let isArray: Bool
    private let source: Source
    private let keyColumn: [UInt8]
    private let emptyIs: EmptyMeaning
    private let added: ResultColumns
    private let spelled: OutcomeMembers
    private var hasRecords = false

    /// What the upload's records are.
    private enum Source: Sendable {
        /// Cells: index and `"name":` of each column that is shown, and the index of the key's cell.
        case cells([(index: Int, name: [UInt8])], keyIndex: Int?)
        case objects
    }

    init(_ job: Job, header: [String], isArray: Bool, keyColumn: String?, names: ResultNames) {
        self.isArray = isArray
        self.keyColumn = Array((keyColumn ?? "").utf8)
        emptyIs = job.spec.emptyIs
        let added = ResultColumns(names)
        self.added = added
        spelled = OutcomeMembers(names)
        guard job.spec.format == .csv else {
            source = .objects
            return
        }
        let columns = added.own(of: header).map { index in
            (index: index, name: Self.quoted(header[index]) + [UInt8(ascii: ":")])
        }
        source = .cells(columns, keyIndex: keyColumn.flatMap { ResultColumns.place(of: $0, in: header) })
    }

    mutating func begin() {
        if isArray { bytes.append(UInt8(ascii: "[")) }
    }

    mutating func render(_ record: borrowing RenderedRecord) {
        if isArray { append(hasRecords ? ",\n" : "\n") }
        hasRecords = true
        bytes.append(UInt8(ascii: "{"))
        switch source {
        case .cells(let columns, let keyIndex): cells(columns, keyIndex: keyIndex, of: record)
        case .objects: members(of: record)
        }
        append(isArray ? "}" : "}\n")
    }

    mutating func end() {
        if isArray { append(hasRecords ? "\n]\n" : "]\n") }
    }

    private mutating func cells(
        _ columns: [(index: Int, name: [UInt8])], keyIndex: Int?, of record: borrowing RenderedRecord
    ) {
        if record.isRawLine {
            raw(of: record)
            return outcome(of: record) { renderer, _ in renderer.append("null") }
        }
        for column in columns {
            let field = record.field(at: column.index)
            let isEmpty = field.kind == .bare && field.length == 0
            if field.kind == .absent || (isEmpty && emptyIs == .absent) { continue }
            bytes += column.name
            value(field, of: record)
            bytes.append(UInt8(ascii: ","))
        }
        outcome(of: record) { renderer, record in
            guard let keyIndex, record.field(at: keyIndex).length > 0 else { return renderer.append("null") }
            renderer.value(record.field(at: keyIndex), of: record)
        }
    }

    private mutating func value(_ field: Field, of record: borrowing RenderedRecord) {
        let text = record.span(field)
        let isNull =
            field.kind == .bare && (text.isEmpty ? emptyIs == .null : text.elementsEqual("#N/A".utf8))
        if isNull { return append("null") }
        string(text)
    }

    private mutating func raw(of record: borrowing RenderedRecord) {
        guard let place = record.place, place.length > 0 else { return }
        bytes += spelled.raw
        string(record.span(start: Int(place.start), length: Int(place.length)))
        bytes.append(UInt8(ascii: ","))
    }

    private mutating func members(of record: borrowing RenderedRecord) {
        var key = UnsafeRawBufferPointer(start: nil, count: 0)
        if !record.isWellFormed {
            raw(of: record)
        } else if let place = record.place {
            var members = JSONMembers(record.span(start: Int(place.start), length: Int(place.length)))
            while let member = members.next() {
                if added.isAdded(member.name) { continue }
                if member.name.elementsEqual(keyColumn) { key = member.value }
                appendOnOneLine(member.whole)
                bytes.append(UInt8(ascii: ","))
            }
        }
        outcome(of: record) { renderer, _ in
            if key.isEmpty { renderer.append("null") } else { renderer.bytes += key }
        }
    }

    /// A raw line break in a well-formed record can only be white space, and in NDJSON it would end the record.
    private mutating func appendOnOneLine(_ member: UnsafeRawBufferPointer) {
        let start = bytes.count
        bytes += member
        for index in start..<bytes.count where bytes[index] == 0x0A || bytes[index] == 0x0D {
            bytes[index] = UInt8(ascii: " ")
        }
    }

    /// The added members; `identity` writes `_id` when the database made none.
    private mutating func outcome(
        of record: borrowing RenderedRecord, identity: (inout Self, borrowing RenderedRecord) -> Void
    ) {
        bytes += spelled.record
        decimal(Int64(record.number))
        switch record.outcome {
        case .done(let action, let key):
            bytes += spelled.done(action)
            switch key {
            case .integer(let number): decimal(number)
            case .text(let text): bytes += Self.quoted(text)
            case nil: identity(&self, record)
            }
            bytes += spelled.noFault
        case .failed(let fault):
            bytes += spelled.failed
            identity(&self, record)
            append(fault)
        case .unprocessed:
            bytes += spelled.unprocessed
            identity(&self, record)
            bytes += record.unreadableCode.map { spelled.unread[$0] ?? spelled.noFault } ?? spelled.noFault
        }
    }

    private mutating func append(_ fault: Fault?) {
        guard let fault else {
            bytes += spelled.noFault
            return
        }
        bytes += spelled.errorCode + Self.quoted(fault.code.rawValue)
        bytes += spelled.error + Self.quoted(fault.message)
        bytes += spelled.column
        if let column = fault.column { bytes += Self.quoted(column) } else { append("null") }
        bytes += spelled.retryable
        append(fault.code.isRetryable ? "true" : "false")
    }

    private mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    private mutating func decimal(_ number: Int64) {
        bytes.append(contentsOf: String(number).utf8)
    }

    /// Lends the buffer to a writer for one text.
    private mutating func string(_ text: UnsafeRawBufferPointer) {
        var writer = JSONWriter()
        swap(&writer.bytes, &bytes)
        writer.string(text)
        swap(&writer.bytes, &bytes)
    }

    private static func quoted(_ text: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.string(text)
        return writer.bytes
    }
}
