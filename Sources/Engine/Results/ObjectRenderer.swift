import BulkModel
import Formats

/// Renders objects, as a JSON array or one a line: the record's own members, and then the outcome.
///
/// Cells of a CSV upload become texts; NULL marks become null, and what the job takes as absent is left out.
struct ObjectRenderer: RecordRenderer {
    var bytes: [UInt8] = []
    private let isArray: Bool
    private let source: Source
    private let keyColumn: [UInt8]
    private let emptyIs: EmptyMeaning
    private var hasRecords = false

    /// What the upload's records are.
    private enum Source: Sendable {
        /// Cells: index and `"name":` of each column that is shown, and the index of the key's cell.
        case cells([(index: Int, name: [UInt8])], keyIndex: Int?)
        case objects
    }

    init(_ job: Job, header: [String], isArray: Bool, keyColumn: String?) {
        self.isArray = isArray
        self.keyColumn = Array((keyColumn ?? "").utf8)
        emptyIs = job.spec.emptyIs
        guard job.spec.format == .csv else {
            source = .objects
            return
        }
        let columns = ResultColumns.own(of: header).map { index in
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

    private mutating func members(of record: borrowing RenderedRecord) {
        var key = UnsafeRawBufferPointer(start: nil, count: 0)
        if record.isWellFormed, let place = record.place {
            var members = JSONMembers(record.span(start: Int(place.start), length: Int(place.length)))
            while let member = members.next() {
                if ResultColumns.isAdded(member.name) { continue }
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
        append("\"_record\":")
        decimal(Int64(record.number))
        switch record.outcome {
        case .done(let action, let key):
            append(Self.success(action))
            switch key {
            case .integer(let number): decimal(number)
            case .text(let text): bytes += Self.quoted(text)
            case nil: identity(&self, record)
            }
            append(Self.noFault)
        case .failed(let fault):
            append(",\"_status\":\"error\",\"_action\":null,\"_id\":")
            identity(&self, record)
            append(fault)
        case .unprocessed:
            append(",\"_status\":\"unprocessed\",\"_action\":null,\"_id\":")
            identity(&self, record)
            append(Self.noFault)
        }
    }

    private static let noFault: StaticString = """
        ,"_error_code":null,"_error":null,"_column":null,"_retryable":null
        """

    private static func success(_ action: RecordAction) -> StaticString {
        switch action {
        case .created: ",\"_status\":\"success\",\"_action\":\"created\",\"_id\":"
        case .updated: ",\"_status\":\"success\",\"_action\":\"updated\",\"_id\":"
        case .unchanged: ",\"_status\":\"success\",\"_action\":\"unchanged\",\"_id\":"
        case .deleted: ",\"_status\":\"success\",\"_action\":\"deleted\",\"_id\":"
        case .error: ",\"_status\":\"error\",\"_action\":null,\"_id\":"
        }
    }

    private mutating func append(_ fault: Fault?) {
        guard let fault else { return append(Self.noFault) }
        append(",\"_error_code\":\"")
        bytes += fault.code.rawValue.utf8
        append("\",\"_error\":")
        bytes += Self.quoted(fault.message)
        append(",\"_column\":")
        if let column = fault.column { bytes += Self.quoted(column) } else { append("null") }
        append(fault.code.isRetryable ? ",\"_retryable\":true" : ",\"_retryable\":false")
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
