import BulkModel
import Formats

/// Renders records as they came, to be sent again: no outcome beside them.
///
/// Records that were not read or are malformed are left out: what cannot be decoded once cannot be decoded the next time
/// either, and rendered by guess it would be another record.
struct RawRenderer: RecordRenderer {
    private var writer: CSVWriter
    private let format: ContentFormat
    private let header: [String]
    private var hasRecords = false

    var bytes: [UInt8] {
        get { writer.bytes }
        set { writer.bytes = newValue }
    }

    init(_ format: ContentFormat, header: [String], delimiter: UInt8) {
        self.format = format
        self.header = header
        writer = CSVWriter(delimiter: delimiter)
    }

    mutating func begin() {
        switch format {
        case .csv:
            for name in header { writer.cell(name) }
            writer.endLine()
        case .json: writer.bytes.append(UInt8(ascii: "["))
        case .ndjson: break
        }
    }

    mutating func render(_ record: borrowing RenderedRecord) {
        guard record.bytes != nil, record.isWellFormed, let place = record.place else { return }
        switch format {
        case .csv: cells(of: record)
        case .json, .ndjson: object(record.span(start: Int(place.start), length: Int(place.length)))
        }
    }

    mutating func end() {
        if format == .json { writer.bytes.append(UInt8(ascii: "]")) }
    }

    private mutating func cells(of record: borrowing RenderedRecord) {
        for index in header.indices {
            let field = record.field(at: index)
            if field.kind == .absent {
                writer.emptyCell()
            } else {
                writer.copy(record.span(field), quoted: field.kind == .quoted)
            }
        }
        writer.endLine()
    }

    private mutating func object(_ span: UnsafeRawBufferPointer) {
        if format == .json, hasRecords { writer.bytes.append(UInt8(ascii: ",")) }
        hasRecords = true
        let start = writer.bytes.count
        writer.bytes += span
        // A raw line break in a well-formed record can only be white space, and in NDJSON it would end the record.
        for index in start..<writer.bytes.count
        where writer.bytes[index] == UInt8(ascii: "\n") || writer.bytes[index] == UInt8(ascii: "\r") {
            writer.bytes[index] = UInt8(ascii: " ")
        }
        writer.bytes.append(UInt8(ascii: "\n"))
    }
}
