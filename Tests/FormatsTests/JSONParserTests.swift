import BulkModel
import Formats
import Testing

/// The JSON of control requests, read and written.
@Suite struct JSONParserTests {
    @Test("a value is read as it stands and written without white space")
    func roundTrip() throws {
        let text =
            #" { "a" : [ 1 , -2.50 , "x\n\u00fc\u0001" , true , false , null , { } , [ ] ] , "b" : 12345678901234567890 } "#
        let value = try JSONParser.parse(Array(text.utf8), limits: Limits())
        #expect(
            value
                == [
                    "a": [1, .number("-2.50"), "x\nü\u{1}", true, false, nil, .object([]), []],
                    "b": .number("12345678901234567890"),
                ])
        var writer = JSONWriter()
        writer.value(value)
        let written = #"{"a":[1,-2.50,"x\nü\u0001",true,false,null,{},[]],"b":12345678901234567890}"#
        #expect(String(decoding: writer.take(), as: UTF8.self) == written)
        #expect(writer.bytes.isEmpty)
    }

    @Test(
        "what is not strict JSON is refused with its line and byte",
        arguments: [
            ("", .truncated, 1, 0), ("  ", .truncated, 1, 2), ("[1,\n2", .truncated, 2, 5),
            ("{\"a\":1,}", .badSyntax, 1, 7),
            ("[1,]", .badSyntax, 1, 3), ("nul", .truncated, 1, 3), ("tru e", .badSyntax, 1, 3),
            ("01", .badSyntax, 1, 0),
            ("[1] x", .badSyntax, 1, 4), ("{\"a\":1,\"a\":2}", .duplicateKey, 1, 7),
            ("\"\\ud800\"", .badSyntax, 1, 1),
            ("{\n\n'a':1}", .badSyntax, 3, 3), ("+1", .badSyntax, 1, 0), ("\"a\nb\"", .badSyntax, 1, 2),
            ("NaN", .badSyntax, 1, 0),
            ("{\"\\u0061\":1,\"a\":2}", .duplicateKey, 1, 12),
        ] as [(String, FormatError.Code, Int, Int)])
    func refused(text: String, code: FormatError.Code, line: Int, byte: Int) {
        let error = #expect(throws: FormatError.self) {
            try JSONParser.parse(Array(text.utf8), limits: Limits())
        }
        #expect(error?.code == code)
        #expect(error?.position == Position(record: 0, line: line, byte: byte))
    }

    @Test("nesting beyond the limit is refused, whatever the length")
    func depth() throws {
        let limits = Limits()
        func nested(_ levels: Int) -> [UInt8] {
            Array((String(repeating: "[", count: levels) + String(repeating: "]", count: levels)).utf8)
        }
        _ = try JSONParser.parse(nested(limits.jsonDepthMax), limits: limits)
        for levels in [limits.jsonDepthMax + 1, 100_000] {
            let error = #expect(throws: FormatError.self) {
                try JSONParser.parse(nested(levels), limits: limits)
            }
            #expect(error?.code == .tooDeep)
        }
        let bad = #expect(throws: FormatError.self) {
            try JSONParser.parse([0x22, 0xFF, 0x22], limits: limits)
        }
        #expect(bad?.code == .badEncoding)
    }

    @Test("numbers are written shortest and read back the same")
    func numbers() throws {
        let doubles = [0.1, -1.5, 1e300, .leastNonzeroMagnitude, 123456789.125, 1e16, 0, 100]
        for number in doubles {
            var writer = JSONWriter()
            writer.number(number)
            let text = String(decoding: writer.bytes, as: UTF8.self)
            #expect(Double(text) == number)
            #expect(throws: Never.self) { try JSONParser.parse(writer.bytes, limits: Limits()) }
        }
        for number in [Int64.min, -1, 0, 7, 10, Int64.max] {
            var writer = JSONWriter()
            writer.number(number)
            #expect(try JSONParser.parse(writer.bytes, limits: Limits()) == .integer(number))
        }
        var writer = JSONWriter()
        writer.number(Double.nan)
        writer.literal(",")
        writer.number(-Double.infinity)
        #expect(writer.bytes == Array("null,null".utf8))
    }

    @Test("bytes that are not UTF-8 are written as a replacement, never as broken JSON")
    func repaired() {
        var writer = JSONWriter()
        ([0x61, 0xFF, 0x22] as [UInt8]).withUnsafeBytes { writer.string($0) }
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "\"a\u{FFFD}\\\"\"")
    }

    @Test("any string written and read again is equal", arguments: [1, 2] as [UInt64])
    func strings(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<400 {
            let text = Words.text(&generator)
            var writer = JSONWriter()
            writer.string(text)
            #expect(try JSONParser.parse(writer.bytes, limits: Limits()) == .string(text))
            var record = Array("{\"a\":".utf8)
            record += writer.bytes + Array("}\n".utf8)
            guard !text.unicodeScalars.contains("\0") else { continue }
            #expect(Reader.read([record], format: .ndjson).records.first?.fields.first == "'\(text)'")
        }
    }
}
