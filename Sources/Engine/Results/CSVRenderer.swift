import BulkModel
import Formats

/// Renders CSV: the upload's own cells, as they were quoted, and then the outcome.
struct CSVRenderer: RecordRenderer {
    private var writer: CSVWriter
    private let delimiter: UInt8
    private let header: [String]
    private let own: [Int]
    private let added: [String]
    private let keyIndex: Int?
    /// Delimiter, status, delimiter, action, at the raw value of each action that is a success.
    private let successes: [[UInt8]]

    /// The empty cells of a success, and the line's end.
    private let noFault: [UInt8]

    var bytes: [UInt8] {
        get { writer.bytes }
        set { writer.bytes = newValue }
    }

    init(header: [String], delimiter: UInt8, keyColumn: String?, added: ResultColumns) {
        let delimiter = delimiter == 0 ? UInt8(ascii: ",") : delimiter
        self.delimiter = delimiter
        noFault = Array(repeating: delimiter, count: 4) + [UInt8(ascii: "\n")]
        writer = CSVWriter(delimiter: delimiter)
        self.header = header
        own = added.own(of: header)
        self.added = added.names
        keyIndex = keyColumn.flatMap { ResultColumns.place(of: $0, in: header) }
        let separator = String(UnicodeScalar(delimiter))
        successes = (0...RecordAction.error.rawValue).map { value in
            guard let word = RecordAction(rawValue: value)?.word else { return [] }
            return Array("\(separator)success\(separator)\(word)".utf8)
        }
    }

    mutating func begin() {
        for index in own { writer.cell(header[index]) }
        for name in added { writer.cell(name) }
        writer.endLine()
    }

    mutating func render(_ record: borrowing RenderedRecord) {
        if case .done(let action, let key) = record.outcome, renderPlain(record, action, key: key) { return }
        cells(of: record)
        writer.cell(Int64(record.number))
        switch record.outcome {
        case .done(let action, let key):
            writer.bytes += successes[Int(action.rawValue)]
            identity(of: record, key: key)
            emptyCells(4)
        case .failed(let fault):
            writer.cell("error")
            writer.emptyCell()
            identity(of: record, key: nil)
            cells(of: fault)
        case .unprocessed:
            writer.cell("unprocessed")
            writer.emptyCell()
            identity(of: record, key: nil)
            if let code = record.unreadableCode { writer.cell(code.rawValue) } else { writer.emptyCell() }
            emptyCells(3)
        }
        writer.endLine()
    }

    mutating func end() {}

    /// The short way for a success whose line has no quotes and no cell to leave out: its bytes as they came. False
    /// when the record must go the long way; both give the same line.
    private mutating func renderPlain(
        _ record: borrowing RenderedRecord, _ action: RecordAction, key: OutcomeWalker.Key?
    ) -> Bool {
        guard own.count == header.count, let place = record.place, record.isPlain(place) else { return false }
        if case .text = key { return false }
        writer.bytes += record.span(start: Int(place.start), length: Int(place.length))
        writer.bytes.append(delimiter)
        writer.bytes.append(contentsOf: String(record.number).utf8)
        writer.bytes += successes[Int(action.rawValue)]
        writer.bytes.append(delimiter)
        if case .integer(let number) = key {
            writer.bytes.append(contentsOf: String(number).utf8)
        } else if let keyIndex {
            writer.bytes += record.span(record.field(at: keyIndex))
        }
        writer.bytes += noFault
        return true
    }

    private mutating func cells(of record: borrowing RenderedRecord) {
        guard record.isRawLine, let place = record.place else {
            for index in own { cell(record.field(at: index), of: record) }
            return
        }
        for index in own.indices {
            if index > 0 {
                writer.emptyCell()
            } else {
                writer.copy(record.span(start: Int(place.start), length: Int(place.length)), quoted: false)
            }
        }
    }

    private mutating func cell(_ field: Field, of record: borrowing RenderedRecord) {
        guard field.kind != .absent else { return writer.emptyCell() }
        writer.copy(record.span(field), quoted: field.kind == .quoted)
    }

    private mutating func identity(of record: borrowing RenderedRecord, key: OutcomeWalker.Key?) {
        switch key {
        case .integer(let number): writer.cell(number)
        case .text(let text): writer.cell(text)
        case nil:
            guard let keyIndex, !record.isRawLine else { return writer.emptyCell() }
            cell(record.field(at: keyIndex), of: record)
        }
    }

    private mutating func cells(of fault: Fault?) {
        guard let fault else { return emptyCells(4) }
        writer.cell(fault.code.rawValue)
        writer.cell(fault.message)
        if let column = fault.column { writer.cell(column) } else { writer.emptyCell() }
        writer.cell(fault.code.isRetryable ? "true" : "false")
    }

    private mutating func emptyCells(_ count: Int) {
        for _ in 0..<count { writer.emptyCell() }
    }
}
