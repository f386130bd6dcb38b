import BulkModel
import Formats
import Testing

/// What JSON arrays and NDJSON come to, each verified at every cut and segment size.
@Suite struct JSONReadingTests {
    @Test(
        "records pick their keys into columns, in any order and kind",
        arguments: [
            (#"{"a":1,"b":"x","c":true}"#, "1|'x'|true"), (#"{"c":null,"a":-1.5e+3}"#, "-1.5e+3|-|null"),
            (#"{ "b" : [1, {"x":"]"}] , "c":{} }"#, "-|<[1, {\"x\":\"]\"}]>|<{}>"), (#"{}"#, "-|-|-"),
            (#"{"a":"\u00fc\ud83d\ude00\n\"\\\/","b":""}"#, "'ü😀\n\"\\/'|''|-"),
            (#"{"\u0061":false,"_status":"x","_raw":[1]}"#, "false|-|-"),
            (#"{"c":0,"b":-0,"a":12}"#, "12|-0|0"),
        ])
    func wellFormed(record: String, expected: String) {
        let lines = Reader.verify(Array("\(record)\n\n  \r\n\(record)\r\n\(record)".utf8), format: .ndjson)
        #expect(lines.records.map { $0.fields.joined(separator: "|") } == [expected, expected, expected])
        let array = Reader.verify(
            Array("\u{FEFF} [\(record) ,\n\(record),\(record)\n] \n".utf8), format: .json)
        #expect(array.records.map { $0.fields.joined(separator: "|") } == [expected, expected, expected])
        #expect((lines.records + array.records).allSatisfy { $0.fault == nil })
    }

    @Test(
        "a broken record is one fault with its place, and the lines around it survive",
        arguments: [
            (#"{"a":1,"d":2}"#, .unknownColumn, nil, 7, "d"),
            (#"{"a":1,"a":2}"#, .malformedRecord, "duplicate_key", 7, "a"),
            (#"{"a":"\x"}"#, .malformedRecord, "bad_escape", 6, "a"),
            (#"{"a":"\u12g4"}"#, .malformedRecord, "bad_escape", 6, "a"),
            (#"{"b":"x\ud83d"}"#, .malformedRecord, "lone_surrogate", 7, "b"),
            (#"{"b":"\ude00"}"#, .malformedRecord, "lone_surrogate", 6, "b"),
            (#"{"b":"\ud83d\u0061"}"#, .malformedRecord, "lone_surrogate", 6, "b"),
            ("{\"a\":\"x\ty\"}", .malformedRecord, "control_character", 7, "a"),
            (#"{"a":"\u0000"}"#, .malformedRecord, "nul_byte", 6, "a"),
            (#"{"a":01}"#, .malformedRecord, "bad_number", 5, "a"),
            (#"{"a":1.}"#, .malformedRecord, "bad_number", 5, "a"),
            (#"{"a":-}"#, .malformedRecord, "bad_number", 5, "a"),
            (#"{"a":1e}"#, .malformedRecord, "bad_number", 5, "a"),
            (#"{"a":tru}"#, .malformedRecord, "bad_syntax", 8, "a"),
            (#"{"a":1,}"#, .malformedRecord, "bad_syntax", 7, nil),
            (#"{"a":1"#, .malformedRecord, "truncated", 6, "a"),
            (#"{"a":"x"#, .malformedRecord, "truncated", 7, "a"),
            (#"{"a" 1}"#, .malformedRecord, "bad_syntax", 5, nil),
            (#"{"a":1} x"#, .malformedRecord, "bad_syntax", 8, nil),
            (#"[1]"#, .malformedRecord, "not_an_object", 0, nil),
            (#""x""#, .malformedRecord, "not_an_object", 0, nil),
            ("nonsense", .malformedRecord, "bad_syntax", 1, nil),
            ("{\"a\":[1,]}", .malformedRecord, "bad_syntax", 8, "a"),
            ("{\"a\":{\"x\"}}", .malformedRecord, "bad_syntax", 9, "a"),
            ("{\"a\":\0}", .malformedRecord, "bad_syntax", 5, "a"),
        ] as [(String, ErrorCode, String?, Int, String?)])
    func broken(record: String, code: ErrorCode, issue: String?, offset: Int, column: String?) throws {
        let good = #"{"a":1}"#
        let reading = Reader.verify(Array("\(good)\n\n\(record)\n\(good)\n".utf8), format: .ndjson)
        try #require(reading.records.count == 3)
        #expect(reading.records.map { $0.fault == nil } == [true, false, true])
        let fault = try #require(reading.records[1].fault)
        #expect(fault.code == code)
        #expect(fault.issue == issue)
        #expect(fault.position == Position(record: 2, line: 3, byte: 9 + offset))
        #expect(fault.column == column)
    }

    @Test("nesting of 64 is read, nesting of 65 is a fault")
    func depth() {
        for (levels, issue) in [(63, nil), (64, "too_deep"), (200, "too_deep")] as [(Int, String?)] {
            let value = String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
            let bytes = Array("[{\"a\":\(value)},{\"a\":2}]".utf8)
            let reading = Reader.verify(bytes, format: .json)
            #expect(reading.records.map { $0.fault?.issue } == [issue, nil])
        }
    }

    @Test("bytes that are not UTF-8 cost their record only")
    func invalidUTF8() {
        let bytes = Array("{\"a\":1}\n{\"b\":\"x".utf8) + [0xFF] + Array("\"}\n{\"a\":2}\n".utf8)
        let reading = Reader.verify(bytes, format: .ndjson)
        #expect(reading.records.map { $0.fault?.issue } == [nil, "invalid_utf8", nil])
        #expect(reading.records[1].fault?.column == "b")
        #expect(reading.records[1].fault?.position.byte == 15)
    }

    @Test(
        "a broken element of an array costs itself, as far as that can be told",
        arguments: [
            ("[{\"a\":\"x\n\"},\n{\"a\":2}]", ["control_character", nil]),
            ("[{\"a\":[1}},\n {\"a\":2},{\"a\":3}]", ["bad_syntax", nil, nil]),
            (
                "[{\"a\":1},7,\"s\",[2],{\"a\":2}]",
                [nil, "not_an_object", "not_an_object", "not_an_object", nil]
            ),
            ("[{\"a\":1}]x", [nil, "bad_syntax"]), ("[{\"a\":1}]\n {\"a\":2}\n", [nil, "bad_syntax"]),
            ("[{\"a\":1},{\"a\":2]\n", [nil, "bad_syntax"]), ("[{\"a\":1},{\"a\":\"x]", [nil, "truncated"]),
            ("[{\"a\":1},{\"a\":\"x\\ ] \n", [nil, "bad_escape"]), ("[nul,{\"a\":1}]", ["truncated", nil]),
            ("[]", []),
        ] as [(String, [String?])])
    func brokenArray(text: String, issues: [String?]) {
        let reading = Reader.verify(Array(text.utf8), format: .json)
        #expect(reading.error == nil)
        #expect(reading.records.map { $0.fault?.issue } == issues)
    }

    @Test(
        "what is no array, or is cut anywhere before its bracket, makes the whole input unreadable",
        arguments: [
            ("", .badSyntax, 0), (" \n", .badSyntax, 2), ("{\"a\":1}", .badSyntax, 0),
            ("\n x[", .badSyntax, 2),
            ("[", .truncated, 1), ("[{\"a\":1}", .truncated, 8), ("[{\"a\":1},\n", .truncated, 10),
            ("[{\"a\":1},{\"a\":2", .truncated, 15), ("[{\"a\":1},{\"a\":\"x", .truncated, 16),
            ("[{\"a\":1},{\"a\":\"x\\", .truncated, 17), ("[{\"a\":1},2", .truncated, 10),
            ("[{\"a\":[1],", .truncated, 10), ("[{\"a\":1},{\"em \n", .truncated, 15),
        ] as [(String, FormatError.Code, Int)])
    func unreadable(text: String, code: FormatError.Code, byte: Int) {
        let reading = Reader.verify(Array(text.utf8), format: .json)
        #expect(reading.error?.code == code)
        #expect(reading.error?.position.byte == byte)
    }

    @Test("an element over the limit is refused alone, whatever the cuts")
    func tooLarge() {
        var limits = Limits()
        limits.recordBytesMax = 12
        let long = "{\"a\":[\"]}\",\"\\\"\"]}"
        for (text, format) in [
            ("[{\"a\":1},\n\(long)\n,{\"a\":3}]", ContentFormat.json),
            ("{\"a\":1}\n\(long)\n{\"a\":3}", .ndjson),
        ] {
            let reading = Reader.verify(Array(text.utf8), format: format, limits: limits)
            #expect(reading.records.map { $0.fault?.code } == [nil, .recordTooLarge, nil])
            #expect(reading.records.map(\.position.line) == (format == .json ? [1, 2, 3] : [1, 2, 3]))
        }
        let open = Reader.verify(
            Array("[{\"a\":1},\n\(long.dropLast(2))".utf8), format: .json, limits: limits)
        #expect(open.error?.code == .truncated)
        let lost = Reader.verify(
            Array("[{\"a\":1},\n\(long.dropLast())]".utf8), format: .json, limits: limits)
        #expect(lost.records.map { $0.fault?.code } == [nil, .recordTooLarge])
        let tail = Reader.verify(
            Array("[{\"a\":1}] and much more than fits".utf8), format: .json, limits: limits)
        #expect(tail.records.map { $0.fault?.code } == [nil, .recordTooLarge])
        let spaces = String(repeating: " ", count: 40)
        let blank = Reader.verify(Array("[{\"a\":1}]\(spaces)".utf8), format: .json, limits: limits)
        #expect(blank.records.map { $0.fault?.code } == [nil])
    }

    @Test(
        "every cut and segment size gives the same records, on generated inputs",
        arguments: [7, 8] as [UInt64])
    func verified(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let words = [
            "{\"a\":", "}", "[", "]", ",", "\n", "\"", "\\", " ", "1", "{\"a\":1}", "{\"b\":\"x\"},", "nul",
            "\r\n", "{",
        ]
        for round in 0..<150 {
            var limits = Limits()
            limits.recordBytesMax = [6, 20, 1 << 20].randomElement(using: &generator) ?? 20
            var text = "["
            for _ in 0..<Int.random(in: 0...25, using: &generator) {
                text += words.randomElement(using: &generator) ?? ""
            }
            _ = Reader.verify(Array(text.utf8), format: .json, limits: limits, seed: seed + UInt64(round))
            _ = Reader.verify(Array(text.utf8), format: .ndjson, limits: limits, seed: seed + UInt64(round))
        }
    }

    @Test("wide records find their columns in any order")
    func wide() {
        let columns = (0..<300).map { "column\($0)" }
        let members = columns.reversed().map { "\"\($0)\":\"\($0)\"" }
        let reading = Reader.read("{\(members.joined(separator: ","))}\n", format: .ndjson, columns: columns)
        #expect(reading.records.map(\.fields) == [columns.map { "'\($0)'" }])
        #expect(reading.records.first?.fault == nil)
    }
}
