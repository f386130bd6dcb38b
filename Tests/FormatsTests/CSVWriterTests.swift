import BulkModel
import Formats
import Testing

/// CSV as it is written.
@Suite struct CSVWriterTests {
    @Test("cells are quoted only when they need it")
    func quoting() {
        var writer = CSVWriter()
        for text in ["plain", "", "a,b", "say \"hi\"", "two\nlines", "cr\r", " sp "] { writer.cell(text) }
        writer.cell(-12)
        writer.emptyCell()
        ([0x78] as [UInt8]).withUnsafeBytes { writer.cell($0, quoted: true) }
        writer.endLine()
        writer.emptyCell()
        writer.endLine()
        let expected = "plain,\"\",\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",\"cr\r\", sp ,-12,,\"x\"\n\"\"\n"
        #expect(String(decoding: writer.take(), as: UTF8.self) == expected)
        #expect(writer.bytes.isEmpty)
    }

    @Test("text that spells the mark for NULL is quoted, a mark that another file has unquoted stays one")
    func nullMark() {
        var writer = CSVWriter()
        for text in ["#N/A", "#N/A ", "#n/a", "a"] { writer.cell(text) }
        Array("#N/A".utf8).withUnsafeBytes { mark in
            writer.copy(mark, quoted: false)
            writer.copy(mark, quoted: true)
        }
        writer.endLine()
        #expect(String(decoding: writer.take(), as: UTF8.self) == "\"#N/A\",#N/A ,#n/a,a,#N/A,\"#N/A\"\n")
    }

    @Test(
        "any table of strings written and read again is equal",
        arguments: [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t"), UInt8(ascii: "|")])
    func roundTrip(delimiter: UInt8) {
        var generator = SeededGenerator(seed: UInt64(delimiter))
        for _ in 0..<150 {
            let width = Int.random(in: 1...4, using: &generator)
            let names = (0..<width).map { "n\($0)" + Words.text(&generator) }
            let rows = (0..<Int.random(in: 0...6, using: &generator)).map { _ in
                (0..<width).map { _ in Words.text(&generator) }
            }
            var writer = CSVWriter(delimiter: delimiter)
            for row in [names] + rows {
                for cell in row { writer.cell(cell) }
                writer.endLine()
            }
            let reading = Reader.read([writer.take()], delimiter: delimiter)
            #expect(reading.columns == names)
            #expect(reading.records.allSatisfy { $0.fault == nil })
            let read = reading.records.map { $0.fields.map(CSVWriterTests.unmarked) }
            #expect(read == rows.map { $0.map { $0.isEmpty ? "''" : $0 } })
        }
    }

    /// The cell without the marks that show that it was quoted; an empty quoted one keeps them.
    private static func unmarked(_ cell: String) -> String {
        guard cell.unicodeScalars.count > 2, cell.utf8.first == UInt8(ascii: "'"),
            cell.utf8.last == UInt8(ascii: "'")
        else { return cell }
        let inner = String(decoding: cell.utf8.dropFirst().dropLast(), as: UTF8.self)
        let needsQuotes = inner == "#N/A" || inner.utf8.contains { "\",;\t|\r\n".utf8.contains($0) }
        return needsQuotes ? inner : cell
    }
}
