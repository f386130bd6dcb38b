import BulkModel
import Testing

@testable import Formats

/// What is read off a header, and which are refused.
@Suite struct CSVHeaderTests {
    @Test(
        "the delimiter is the most frequent candidate outside quotes",
        arguments: [
            ("a,b\n", ","), ("a;b\n", ";"), ("a\tb\n", "\t"), ("a|b\n", "|"), ("a^b\n", "^"), ("a`b\n", "`"),
            ("a\n", ","), ("\"x,y,z\";b\n", ";"), ("a;b,c,d\n", ","), ("a;b,c\n", ","),
        ])
    func sniffed(text: String, delimiter: String) throws {
        let shape = try #require(try shape(text))
        #expect(shape.delimiter == Array(delimiter.utf8)[0])
    }

    @Test("a declared delimiter wins over what looks like one")
    func declared() throws {
        let shape = try #require(try shape("a;b,c\n", delimiter: UInt8(ascii: ";")))
        #expect(shape.columns == ["a", "b,c"])
    }

    @Test("a quote or a line end is refused as delimiter", arguments: Array("\"\r\n".utf8))
    func impossible(delimiter: UInt8) {
        #expect(throws: FormatError.self) { try shape("a,b\n", delimiter: delimiter) }
    }

    @Test("names may be quoted, hold delimiters, quotes and line breaks")
    func quotedNames() throws {
        let shape = try #require(try shape("\"a,1\",\"b\"\"2\",\"c\n3\", d \n"))
        #expect(shape.columns == ["a,1", "b\"2", "c\n3", " d "])
        let reading = Reader.verify(Array("\"a\n1\",b\n1,2\n".utf8))
        #expect(reading.records.first?.position == Position(record: 1, line: 3, byte: 8))
    }

    @Test(
        "lone CRs end lines only when the header line ends with one",
        arguments: [
            ("a,b\r1,2\r", true), ("a,b\n", false), ("a,b\r\n", false), ("a,b", false), ("a\r", true),
        ])
    func carriageReturns(text: String, expected: Bool) throws {
        for pieces in Pieces.all(Array(text.utf8), seed: 3) {
            var splitter = RecordSplitter(
                format: .csv, delimiter: nil, limits: Limits(), segmentRecordsMax: 9)
            var segments: [Segment] = []
            for piece in pieces { try splitter.feed(piece, into: &segments) }
            try splitter.finish(into: &segments)
            #expect(splitter.shape?.endsLinesWithCR == expected)
        }
    }

    @Test(
        "a header that cannot be used is refused with its place",
        arguments: [
            (Array("".utf8), .badHeader, 1, 0), (Array("\n\n".utf8), .badHeader, 3, 2),
            (Array("a,,b\n".utf8), .badHeader, 1, 2), (Array("a, \n".utf8), .badHeader, 1, 2),
            (Array("\na,b,a\n".utf8), .badHeader, 2, 5), (Array("a,\"b\n1,2\n".utf8), .badHeader, 1, 2),
            (Array("a,b\"c\n".utf8), .badHeader, 1, 2), (Array("a,\"b\"c\n".utf8), .badHeader, 1, 2),
            (Array("a,b,c,d,e,f\n".utf8), .badHeader, 1, 10),
            (Array(String(repeating: "x", count: 2000).utf8), .badHeader, 1, 0),
            (Array("a,\0\n".utf8), .badEncoding, 1, 2), ([0x61, 0x2C, 0xFF, 0x0A], .badEncoding, 1, 2),
            ([0xFF, 0xFE, 0x61, 0x00], .badEncoding, 1, 0), ([0xFE, 0xFF, 0x00, 0x61], .badEncoding, 1, 0),
            ([0x00, 0x00, 0xFE, 0xFF], .badEncoding, 1, 0), ([0x1F, 0x8B, 0x08, 0x00], .badEncoding, 1, 0),
        ] as [([UInt8], FormatError.Code, Int, Int)])
    func refused(bytes: [UInt8], code: FormatError.Code, line: Int, byte: Int) {
        var limits = Limits()
        limits.columnsMax = 5
        limits.headerBytesMax = 1500
        let reading = Reader.verify(bytes, limits: limits)
        #expect(reading.error?.code == code)
        #expect(reading.error?.position == Position(record: 0, line: line, byte: byte))
    }

    @Test("a header that never ends is refused as soon as it is too long")
    func endless() {
        var limits = Limits()
        limits.headerBytesMax = 100
        var splitter = RecordSplitter(format: .csv, delimiter: nil, limits: limits, segmentRecordsMax: 9)
        var segments: [Segment] = []
        #expect(throws: FormatError.self) {
            try splitter.feed([UInt8](repeating: 0x61, count: 101), into: &segments)
        }
    }

    private func shape(_ text: String, delimiter: UInt8? = nil) throws -> InputShape? {
        var splitter = RecordSplitter(
            format: .csv, delimiter: delimiter, limits: Limits(), segmentRecordsMax: 9)
        var segments: [Segment] = []
        try splitter.feed(Array(text.utf8), into: &segments)
        return splitter.shape
    }
}
