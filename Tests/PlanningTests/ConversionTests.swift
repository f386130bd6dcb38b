import BulkModel
import Formats
import Planning
import Testing

@Suite("Conversion of single fields")
struct ConversionTests {
    @Test(
        "A good value becomes what the database takes",
        arguments: [
            ("INTEGER", "0", "int 0"), ("INTEGER", "-7", "int -7"), ("INTEGER", "+007", "int 7"),
            ("INTEGER", "9223372036854775807", "int 9223372036854775807"),
            ("INTEGER", "-9223372036854775808", "int -9223372036854775808"),
            ("SMALLINT", "-32768", "int -32768"), ("TINYINT", "255", "int 255"),
            ("REAL", "1.5", "real 1.5"), ("REAL", "-.5", "real -0.5"), ("REAL", "5.", "real 5.0"),
            ("REAL", "1e3", "real 1000.0"), ("REAL", "2.5E-3", "real 0.0025"), ("REAL", "-0", "real -0.0"),
            ("REAL", "1.7976931348623157e308", "real 1.7976931348623157e+308"),
            ("REAL", "5e-324", "real 5e-324"), ("REAL", "1e-400", "real 0.0"),
            ("REAL", "0e99999", "real 0.0"),
            ("DECIMAL(5,2)", "123.45", "text 123.45"), ("DECIMAL(5,2)", "-00123.4500", "text -00123.4500"),
            ("DECIMAL(5,2)", "1e2", "text 1e2"), ("DECIMAL(5,2)", "0.00", "text 0.00"),
            ("DECIMAL(5)", "12345", "text 12345"), ("DECIMAL(2,2)", "0.99", "text 0.99"),
            (
                "DECIMAL", "12345678901234567890.12345678901234567890",
                "text 12345678901234567890.12345678901234567890"
            ),
            ("BOOLEAN", "true", "int 1"), ("BOOLEAN", "F", "int 0"), ("BOOLEAN", "Yes", "int 1"),
            ("BOOLEAN", "n", "int 0"),
            ("BOOLEAN", "ON", "int 1"), ("BOOLEAN", "off", "int 0"), ("BOOLEAN", "1", "int 1"),
            ("BOOLEAN", "0", "int 0"),
            ("BOOLEAN", "FALSE", "int 0"), ("BOOLEAN", "t", "int 1"), ("BOOLEAN", "y", "int 1"),
            ("BOOLEAN", "no", "int 0"),
            ("DATE", "2024-02-29", "text 2024-02-29"), ("DATE", "2000-02-29", "text 2000-02-29"),
            ("TIMESTAMP", "2026-01-29", "text 2026-01-29"),
            ("TIMESTAMP", "2026-01-29T10:00", "text 2026-01-29T10:00"),
            ("TIMESTAMP", "2026-01-29 10:00:00.123456", "text 2026-01-29 10:00:00.123456"),
            ("TIMESTAMP", "2026-01-29t10:00:00z", "text 2026-01-29t10:00:00z"),
            ("TIMESTAMP", "2026-01-29T10:00:00+05:30", "text 2026-01-29T10:00:00+05:30"),
            ("TIMESTAMP", "2026-01-29 10:00:00-08", "text 2026-01-29 10:00:00-08"),
            ("TIMESTAMP", "2016-12-31T23:59:60Z", "text 2016-12-31T23:59:60Z"),
            ("TIME", "23:59", "text 23:59:00"), ("TIME", "00:00:00.5", "text 00:00:00.5"),
            ("UUID", "123e4567-E89B-12d3-a456-426614174000", "text 123e4567-e89b-12d3-a456-426614174000"),
            (
                "JSON", "{\"a\":[1,-2.5e3,{\"b\":null}],\"c\":\"\\u00e9\\n\"}",
                "text {\"a\":[1,-2.5e3,{\"b\":null}],\"c\":\"\\u00e9\\n\"}"
            ),
            ("JSON", " [ ] ", "text  [ ] "), ("JSON", "{}", "text {}"), ("JSON", "true", "text true"),
            ("TEXT", "héllo", "text héllo"), ("VARCHAR(3)", "äöü", "text äöü"), ("VARCHAR(1)", "😀", "text 😀"),
            ("BLOB", "\\x00fFa1", "blob 00ffa1"), ("BLOB", "\\x", "blob "),
            ("BLOB", "aGVsbG8=", "blob 68656c6c6f"),
            ("BLOB", "aGVsbG8h", "blob 68656c6c6f21"), ("BLOB", "aA==", "blob 68"),
            ("BLOB", "+/+/", "blob fbffbf"),
            ("", "12", "text 12"), ("POINT", "x", "text x"),
        ])
    func accepts(declared: String, text: String, expected: String) {
        #expect(outcome(.bare(text), declared) == expected)
        #expect(outcome(.quoted(text), declared) == expected)
        #expect(outcome(.string(text), declared) == expected)
    }

    @Test(
        "A wrong value is refused as written, with what is wanted",
        arguments: [
            ("INTEGER", "abc", "\"abc\" is not an integer"), ("INTEGER", "1.0", "\"1.0\" is not an integer"),
            ("INTEGER", " 1", "\" 1\" is not an integer"), ("INTEGER", "-", "\"-\" is not an integer"),
            ("INTEGER", "0x10", "\"0x10\" is not an integer"),
            ("INTEGER", "1_000", "\"1_000\" is not an integer"),
            (
                "INTEGER", "9223372036854775808",
                "\"9223372036854775808\" is out of range: c takes -9223372036854775808 to 9223372036854775807"
            ),
            (
                "INTEGER", "99999999999999999999",
                "\"99999999999999999999\" is out of range: c takes -9223372036854775808 to 9223372036854775807"
            ),
            ("SMALLINT", "32768", "\"32768\" is out of range: c takes -32768 to 32767"),
            ("REAL", "nan", "\"nan\" is not a number"), ("REAL", "inf", "\"inf\" is not a number"),
            ("REAL", ".", "\".\" is not a number"),
            ("REAL", "1e", "\"1e\" is not a number"), ("REAL", "1,5", "\"1,5\" is not a number"),
            ("REAL", "0x1p3", "\"0x1p3\" is not a number"),
            ("REAL", "1e309", "\"1e309\" is out of range"),
            ("DECIMAL(5,2)", "1.234", "\"1.234\" has more decimals than DECIMAL(5,2) keeps (2)"),
            ("DECIMAL(5,2)", "1e-3", "\"1e-3\" has more decimals than DECIMAL(5,2) keeps (2)"),
            (
                "DECIMAL(5,2)", "1234",
                "\"1234\" has more than 3 digits before the point, too many for DECIMAL(5,2)"
            ),
            (
                "DECIMAL(5,2)", "1e3",
                "\"1e3\" has more than 3 digits before the point, too many for DECIMAL(5,2)"
            ),
            ("DECIMAL(5,2)", "1.2.3", "\"1.2.3\" is not a decimal number"),
            ("NUMERIC", "€5", "\"€5\" is not a decimal number"),
            ("BOOLEAN", "2", "\"2\" is not a boolean (true or false)"),
            ("BOOLEAN", "truee", "\"truee\" is not a boolean (true or false)"),
            ("BOOLEAN", "ja", "\"ja\" is not a boolean (true or false)"),
            ("BOOLEAN", "\u{11}", "\"\u{11}\" is not a boolean (true or false)"),
            ("DATE", "2023-02-29", "\"2023-02-29\" is not a date (YYYY-MM-DD)"),
            ("DATE", "1900-02-29", "\"1900-02-29\" is not a date (YYYY-MM-DD)"),
            ("DATE", "2026-04-31", "\"2026-04-31\" is not a date (YYYY-MM-DD)"),
            ("DATE", "2026-13-01", "\"2026-13-01\" is not a date (YYYY-MM-DD)"),
            ("DATE", "29/01/2026", "\"29/01/2026\" is not a date (YYYY-MM-DD)"),
            ("DATE", "2026-1-2", "\"2026-1-2\" is not a date (YYYY-MM-DD)"),
            ("DATE", "2026-01-00", "\"2026-01-00\" is not a date (YYYY-MM-DD)"),
            (
                "TIMESTAMP", "2026-01-29T24:00:00Z",
                "\"2026-01-29T24:00:00Z\" is not a timestamp (like 2026-01-29T10:00:00Z)"
            ),
            (
                "TIMESTAMP", "2026-01-29T10:00:00.Z",
                "\"2026-01-29T10:00:00.Z\" is not a timestamp (like 2026-01-29T10:00:00Z)"
            ),
            (
                "TIMESTAMP", "2026-01-29T10:00:00+24:00",
                "\"2026-01-29T10:00:00+24:00\" is not a timestamp (like 2026-01-29T10:00:00Z)"
            ),
            (
                "TIMESTAMP", "2026-01-29T10:00:00Zx",
                "\"2026-01-29T10:00:00Zx\" is not a timestamp (like 2026-01-29T10:00:00Z)"
            ),
            ("TIMESTAMP", "2026-01-29T", "\"2026-01-29T\" is not a timestamp (like 2026-01-29T10:00:00Z)"),
            (
                "TIMESTAMP", "2026-01-29T10:60",
                "\"2026-01-29T10:60\" is not a timestamp (like 2026-01-29T10:00:00Z)"
            ),
            ("TIME", "24:00", "\"24:00\" is not a time (HH:MM or HH:MM:SS)"),
            ("TIME", "1:00", "\"1:00\" is not a time (HH:MM or HH:MM:SS)"),
            ("TIME", "10:00:00Z", "\"10:00:00Z\" is not a time (HH:MM or HH:MM:SS)"),
            (
                "UUID", "123e4567-e89b-12d3-a456-42661417400",
                "\"123e4567-e89b-12d3-a456-42661417400\" is not a UUID"
            ),
            (
                "UUID", "123e4567xe89b-12d3-a456-426614174000",
                "\"123e4567xe89b-12d3-a456-426614174000\" is not a UUID"
            ),
            ("JSON", "{a:1}", "\"{a:1}\" is not JSON"), ("JSON", "[1,]", "\"[1,]\" is not JSON"),
            ("JSON", "01", "\"01\" is not JSON"),
            ("JSON", "[1}", "\"[1}\" is not JSON"), ("JSON", "{\"a\":1,}", "\"{\"a\":1,}\" is not JSON"),
            ("JSON", "1 2", "\"1 2\" is not JSON"),
            ("JSON", "[", "\"[\" is not JSON"), ("JSON", "nul", "\"nul\" is not JSON"),
            ("JSON", "\"\\x\"", "\"\"\\x\"\" is not JSON"),
            ("JSON", "{\"a\"}", "\"{\"a\"}\" is not JSON"), ("JSON", "[1 2]", "\"[1 2]\" is not JSON"),
            ("JSON", "-", "\"-\" is not JSON"),
            ("VARCHAR(2)", "äöü", "\"äöü\" has 3 characters; c takes at most 2"),
            ("BLOB", "\\x0", "\"\\x0\" is neither base64 nor \\x followed by hexadecimal digits"),
            ("BLOB", "\\xzz", "\"\\xzz\" is neither base64 nor \\x followed by hexadecimal digits"),
            ("BLOB", "aGV", "\"aGV\" is neither base64 nor \\x followed by hexadecimal digits"),
            ("BLOB", "a===", "\"a===\" is neither base64 nor \\x followed by hexadecimal digits"),
        ])
    func refuses(declared: String, text: String, message: String) {
        let bound = bindOne(.bare(text), declared)
        #expect(bound.faults.map(\.fault.message) == [message])
        #expect(bound.faults.map(\.fault.code) == [.invalidValue])
        #expect(bound.faults.map(\.fault.column) == ["c"])
        #expect(bound.words(0) == "absent")
    }

    @Test("JSON nests 64 deep and no deeper")
    func depth() {
        let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(outcome(.bare(deep), "JSON") == "text \(deep)")
        #expect(outcome(.bare("[\(deep)]"), "JSON").contains("is not JSON"))
        let mixed = String(repeating: "{\"a\":[", count: 32) + "1" + String(repeating: "]}", count: 32)
        #expect(outcome(.bare(mixed), "JSON") == "text \(mixed)")
    }

    @Test("A Double is the nearest to what is written, whichever way it was read")
    func realsAgree() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            let digits =
                UInt64.random(in: 0...(.max), using: &random) >> UInt64.random(in: 0...63, using: &random)
            let text = "\(digits)e\(Int.random(in: -40...40, using: &random))"
            #expect(outcome(.bare(text), "REAL") == Double(text).map { "real \($0)" }, "\(text)")
            let value = Double(bitPattern: .random(in: 0...(.max), using: &random))
            guard value.isFinite else { continue }
            #expect(outcome(.bare("\(value)"), "REAL") == "real \(value)")
        }
    }

    @Test("A long value is quoted up to 80 characters, and the message says so")
    func cut() {
        let long = String(repeating: "é", count: 1000)
        let head = String(repeating: "é", count: 80)
        #expect(
            outcome(.bare(long), "INTEGER")
                == "\"\(head)…\" (cut after 80 of 1000 characters) is not an integer")
        #expect(outcome(.bare(head), "INTEGER") == "\"\(head)\" is not an integer")
    }

    @Test("A number too long for the C library's copy is out of range, not misread")
    func longNumber() {
        let digits = String(repeating: "1", count: 401)
        #expect(outcome(.bare("0.\(digits)"), "REAL").hasSuffix("is out of range"))
        #expect(
            outcome(.bare("0." + String(repeating: "1", count: 398)), "REAL") == "real 0.1111111111111111")
    }

    @Test("An enumeration takes exactly its values and lists them when refusing")
    func enumeration() {
        let allowed = ["OPEN", "CLOSED"]
        #expect(outcome("OPEN", "TEXT", enumeration: allowed) == "text OPEN")
        #expect(outcome("open", "TEXT", enumeration: allowed) == "\"open\" is not one of OPEN, CLOSED")
        #expect(outcome("", "TEXT", enumeration: allowed) == "absent")
        #expect(outcome(.quoted(""), "TEXT", enumeration: allowed) == "\"\" is not one of OPEN, CLOSED")
        #expect(outcome("2", "INTEGER", enumeration: ["1", "2"]) == "int 2")
    }
}
