import BulkModel
import Formats

/// The plain, slow twin of the CSV scanner: one byte after another, from the rules as written in Formats.md.
///
/// Reads the records after a header whose names are known; gives cells, quoted ones in `'…'`, and the fault's
/// issue.
struct PlainCSV {
    struct Record: Hashable {
        var line: Int
        var byte: Int
        var cells: [String]
        var issue: String?
    }

    let delimiter: UInt8
    let endsLinesWithCR: Bool
    let columnCount: Int
    let recordBytesMax: Int
    let bytes: [UInt8]

    func records(from start: Int, line firstLine: Int) -> [Record] {
        var records: [Record] = []
        var offset = start
        var line = firstLine
        while offset < bytes.count {
            let lineEnd = physicalLine(offset)
            if lineEnd.content == offset {
                offset = lineEnd.next
                line += 1
                continue
            }
            var record = Record(line: line, byte: offset, cells: [])
            if lineEnd.content - offset > recordBytesMax {
                record.issue = "too_large"
                (offset, line) = (lineEnd.next, line + 1)
            } else if let cut = cells(offset), cut.content - offset <= recordBytesMax {
                record.cells = cut.cells
                if record.cells.count < columnCount { record.issue = "missing_columns" }
                if record.cells.count > columnCount {
                    record.issue = "too_many_columns"
                    record.cells = [text(offset..<cut.content)]
                }
                line += lineCount(offset, cut.next)
                offset = cut.next
            } else {
                record.issue = strayByte(offset) < lineEnd.content ? "stray_quote" : "unclosed_quote"
                record.cells = [text(offset..<lineEnd.content)]
                (offset, line) = (lineEnd.next, line + 1)
            }
            while record.cells.count < columnCount { record.cells.append("-") }
            if record.issue == "too_large" { record.cells = [] }
            record.cells = Array(record.cells.prefix(columnCount))
            records.append(record)
        }
        return records
    }

    /// Bytes of the line end at `offset`, 0 when there is none.
    private func lineEnd(_ offset: Int) -> Int {
        if bytes[offset] == 10 { return 1 }
        guard bytes[offset] == 13 else { return 0 }
        if offset + 1 < bytes.count, bytes[offset + 1] == 10 { return 2 }
        return endsLinesWithCR ? 1 : 0
    }

    private func physicalLine(_ start: Int) -> (content: Int, next: Int) {
        var offset = start
        while offset < bytes.count, lineEnd(offset) == 0 { offset += 1 }
        return (offset, offset < bytes.count ? offset + lineEnd(offset) : offset)
    }

    private func lineCount(_ start: Int, _ end: Int) -> Int {
        var count = 0
        var offset = start
        while offset < end {
            let step = lineEnd(offset)
            // A lone LF inside quotes is a line whatever the file's line end.
            count += step > 0 ? 1 : 0
            offset += max(1, step)
        }
        return count
    }

    /// The record's cells when it is well formed, however long.
    private func cells(_ start: Int) -> (cells: [String], content: Int, next: Int)? {
        var cells: [String] = []
        var offset = start
        while true {
            if offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") {
                var value: [UInt8] = []
                offset += 1
                while true {
                    guard offset < bytes.count else { return nil }
                    if bytes[offset] == UInt8(ascii: "\"") {
                        offset += 1
                        guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else { break }
                    }
                    value.append(bytes[offset])
                    offset += 1
                }
                cells.append("'\(String(decoding: value, as: UTF8.self))'")
            } else {
                let cellStart = offset
                while offset < bytes.count, bytes[offset] != delimiter, lineEnd(offset) == 0 {
                    if bytes[offset] == UInt8(ascii: "\"") { return nil }
                    offset += 1
                }
                cells.append(text(cellStart..<offset))
            }
            if offset == bytes.count { return (cells, offset, offset) }
            if lineEnd(offset) > 0 { return (cells, offset, offset + lineEnd(offset)) }
            guard bytes[offset] == delimiter else { return nil }
            offset += 1
        }
    }

    /// Where the quoting first breaks by a byte that must not stand there, or the input's end.
    private func strayByte(_ start: Int) -> Int {
        var offset = start
        var isQuoted = false
        var isCellStart = true
        while offset < bytes.count {
            let byte = bytes[offset]
            if isQuoted {
                if byte == UInt8(ascii: "\"") {
                    if offset + 1 < bytes.count, bytes[offset + 1] == byte {
                        offset += 1
                    } else {
                        isQuoted = false
                        offset += 1
                        guard offset < bytes.count else { return offset }
                        if bytes[offset] != delimiter, lineEnd(offset) == 0 { return offset }
                        if lineEnd(offset) > 0 { return bytes.count }
                        isCellStart = true
                    }
                }
            } else if byte == UInt8(ascii: "\"") {
                guard isCellStart else { return offset }
                isQuoted = true
            } else {
                isCellStart = byte == delimiter
            }
            offset += 1
        }
        return offset
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}
