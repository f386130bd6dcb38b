import BulkModel
import Testing

@testable import breakbulk

@Suite("Lines of records")
struct RecordLinesTests {
    @Test("A record's line counts the line breaks inside earlier records", arguments: [1, 3, 1000])
    func linesInsideQuotes(pieceBytes: Int) throws {
        let bytes = Array("a,b\n1,x\n2,\"two\nlines\"\n3,y\n4,z\n".utf8)
        var search = RecordLines([1, 3, 4], format: .csv)
        for start in stride(from: 0, to: bytes.count, by: pieceBytes) {
            try search.take(Array(bytes[start..<min(start + pieceBytes, bytes.count)]))
        }
        try search.finish()
        #expect(search.lines == [1: 2, 3: 5, 4: 6])
    }

    @Test("Records behind the first segment are found too")
    func farRecords() throws {
        let rows = (1...1000).map { "\($0),x\n" }.joined()
        var search = RecordLines([250, 999], format: .csv)
        try search.take(Array("a,b\n\(rows)".utf8))
        try search.finish()
        #expect(search.lines == [250: 251, 999: 1000])
    }
}
