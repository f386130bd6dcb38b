import BulkModel
import Formats
import Testing

/// What CSV inputs come to, each verified at every cut and segment size.
@Suite struct CSVReadingTests {
    @Test(
        "well-formed records keep their cells, lines and bytes",
        arguments: [
            ("a,b\n1,2\n3,4\n", ["1 2 4 1|2", "2 3 8 3|4"]),
            ("a,b\r\n1,2\r\n3,4", ["1 2 5 1|2", "2 3 10 3|4"]),
            ("a,b\r1,2\r3,4\r", ["1 2 4 1|2", "2 3 8 3|4"]),
            ("\u{FEFF}\n\r\na;b\n\n1;2\n\n\n3;4\n\n", ["1 5 11 1|2", "2 8 17 3|4"]),
            ("a,b\n\"x\ny\",2\n3,4\n", ["1 2 4 'x\ny'|2", "2 4 12 3|4"]),
            ("a,b\n\"say \"\"hi\"\"\",\"\"\n,\n", ["1 2 4 'say \"hi\"'|''", "2 3 20 |"]),
            ("a,b\n\"x\r\ny\",\"\"\"\"\r\n3,4\r\n", ["1 2 4 'x\r\ny'|'\"'", "2 4 17 3|4"]),
            ("a\n1\n\n\"\"\n2", ["1 2 2 1", "2 4 5 ''", "3 5 8 2"]),
            ("a,b\n1\r,2\n", ["1 2 4 1\r|2"]),
            ("a,b\r\"x\ry\",2\r\n3,4\n", ["1 2 4 'x\ry'|2", "2 4 13 3|4"]),
            ("a,b\n ü , \u{1F600} \n", ["1 2 4  ü | \u{1F600} "]),
            ("a,b\n", []),
            ("a,b", []),
        ])
    func wellFormed(text: String, expected: [String]) {
        let reading = Reader.verify(Array(text.utf8))
        #expect(reading.error == nil)
        #expect(reading.records.map(CSVReadingTests.line) == expected)
        #expect(reading.records.allSatisfy { $0.fault == nil })
    }

    @Test(
        "a bad record is one fault with its place, and the records around it survive",
        arguments: [
            Bad("a,b\n1\n3,4\n", "missing_columns", at: (1, 2, 4), "b", ["1", "-"]),
            Bad("a,b\n3,4\n1,2,9\n3,4\n", "too_many_columns", at: (2, 3, 12), nil, ["1,2,9", "-"]),
            Bad(
                "a,b\n\"1\"\"\",2,9\n3,4\n", "too_many_columns", at: (1, 2, 12), nil, ["\"1\"\"\",2,9", "-"]),
            Bad("a,b\n1,x\"y\n3,4\n", "stray_quote", at: (1, 2, 7), "b", ["1,x\"y", "-"]),
            Bad("a,b\n\"1\"x,2\n3,4\n", "stray_quote", at: (1, 2, 7), "a", ["\"1\"x,2", "-"]),
            Bad("a,b\n\"1\",\"\"2\"\"\n3,4\n", "stray_quote", at: (1, 2, 10), "b", ["\"1\",\"\"2\"\"", "-"]),
            Bad("a,b\n1,\"2\n3,4\n", "unclosed_quote", at: (1, 2, 6), "b", ["1,\"2", "-"]),
            Bad(
                "a,b\n1,\"2\n3\" ,4\n5,6\n", "unclosed_quote", at: (1, 2, 6), "b", ["1,\"2", "-"], badCount: 2
            ),
            Bad("a,b\n1,\0x\n3,4\n", "nul_byte", at: (1, 2, 6), "b", ["1", "\0x"]),
        ])
    func bad(_ bad: Bad) throws {
        let reading = Reader.verify(Array(bad.text.utf8))
        let faults = reading.records.compactMap(\.fault)
        #expect(faults.count == bad.badCount)
        let fault = try #require(faults.first)
        #expect(fault.code == .malformedRecord)
        #expect(fault.issue == bad.issue)
        #expect(fault.position == bad.position)
        #expect(fault.column == bad.column)
        let record = try #require(reading.records.first { $0.fault == fault })
        #expect(record.fields == bad.fields)
        if bad.badCount == 1 { #expect(reading.records.last?.fields == ["3", "4"]) }
    }

    struct Bad: Sendable {
        var text: String
        var issue: String
        var position: Position
        var column: String?
        var fields: [String]
        var badCount: Int

        init(
            _ text: String, _ issue: String, at place: (Int, Int, Int), _ column: String?, _ fields: [String],
            badCount: Int = 1
        ) {
            self.text = text
            self.issue = issue
            position = Position(record: place.0, line: place.1, byte: place.2)
            self.column = column
            self.fields = fields
            self.badCount = badCount
        }
    }

    @Test(
        "bytes that are not UTF-8 cost their record, name their column and their offset",
        arguments: [
            ([0xFF], 0), ([0xC3], 0), ([0xC0, 0x80], 0), ([0xED, 0xA0, 0x80], 0),
            ([0xF4, 0x90, 0x80, 0x80], 0),
            ([0xE2, 0x82], 0), ([0xC3, 0xA4, 0x80], 2), ([0xF0, 0x8F, 0xBF, 0xBF], 0),
        ] as [([UInt8], Int)])
    func invalidUTF8(bytes: [UInt8], offset: Int) throws {
        let input = Array("a,b\n1,2\n\"\"\"3\",x".utf8) + bytes + Array("\n5,6\n".utf8)
        let reading = Reader.verify(input)
        #expect(reading.records.map { $0.fault == nil } == [true, false, true])
        let fault = try #require(reading.records[1].fault)
        #expect(fault.issue == "invalid_utf8")
        #expect(fault.column == "b")
        #expect(fault.position == Position(record: 2, line: 3, byte: 15 + offset))
        #expect(reading.records[1].fields[0] == "'\"3'")
        #expect(fault.message.contains("column 2"))
    }

    @Test("a record over the limit is refused alone, whatever the cuts")
    func tooLarge() {
        var limits = Limits()
        limits.recordBytesMax = 10
        let long = String(repeating: "x", count: 9)
        for (text, faultAt) in [
            ("a,b\n1,2\n\(long),2\n3,4\n", 1), ("a,b\n1,2\n\(long)\(long)\(long),2\n3,4\n", 1),
            ("a,b\n\n\"\(long),2\r\n\n\n3,4\n", 0), ("a,b\n1,2\n3,4\n\(long),222", 2),
            ("a,b\r\(long),222\r\n\n3,4\r", 0),
        ] {
            let reading = Reader.verify(Array(text.utf8), limits: limits)
            for (index, record) in reading.records.enumerated() {
                #expect((record.fault?.code == .recordTooLarge) == (index == faultAt), "\(text)")
                #expect(index == faultAt || record.fault == nil)
            }
        }
        let exact = Reader.verify(Array("a,b\n12345678,2\r\n123,\"5678\"\n12345,\"\n\"".utf8), limits: limits)
        #expect(exact.records.map { $0.fault == nil } == [true, true, true])
    }

    @Test("an unclosed quote is given up at the limit and costs one line")
    func unclosedWithinLimit() {
        var limits = Limits()
        limits.recordBytesMax = 12
        let text = "a,b\n1,\"2\n3,4\n5,6\n7,8\"\n9,0\n"
        let reading = Reader.verify(Array(text.utf8), limits: limits)
        #expect(reading.records.map { $0.fault?.issue } == ["unclosed_quote", nil, nil, "stray_quote", nil])
    }

    @Test("blank lines beyond a segment's size do not swell a segment")
    func blankLines() {
        let blanks = String(repeating: "\n", count: 60)
        let reading = Reader.verify(Array("a,b\n\(blanks)1,2\n\(blanks)3,4\n\(blanks)".utf8))
        #expect(reading.records.map(\.position.line) == [62, 123])
    }

    private static func line(_ record: ReadRecord) -> String {
        "\(record.position.record) \(record.position.line) \(record.position.byte) "
            + record.fields.joined(separator: "|")
    }
}
