import BulkModel
import Formats
import Testing

@testable import Planning

@Suite("Rows as JSON")
struct RowRendererTests {
    /// A row of one column, whose value is this text or that value.
    private func rows(_ declared: String, text: String) -> RowSet {
        let bytes = Array(text.utf8)
        return rows(declared, .text(start: 0, length: UInt32(bytes.count)), bytes)
    }

    private func rows(_ declared: String, _ value: BoundValue, _ bytes: [UInt8] = []) -> RowSet {
        RowSet(columns: [column("v", declared)], bytes: bytes, values: [value], indices: [0])
    }

    private func object(_ rows: RowSet) -> String {
        String(decoding: RowRenderer(rows).object(0), as: UTF8.self)
    }

    @Test(
        "texts are written as their column's type asks",
        arguments: [
            ("TEXT", "a\"b", #"{"v":"a\"b"}"#), ("DECIMAL(10,2)", "1.50", #"{"v":1.50}"#),
            ("DECIMAL", "123456789012345678901234567890", #"{"v":123456789012345678901234567890}"#),
            ("DECIMAL", "NaN", #"{"v":"NaN"}"#), ("DECIMAL", "1 ", #"{"v":"1 "}"#),
            ("JSON", #"{"a": [1]}"#, #"{"v":{"a": [1]}}"#),
            ("JSON", "{oops", #"{"v":"{oops"}"#),
            ("TIMESTAMP", "2024-01-15 10:00:00+00", #"{"v":"2024-01-15T10:00:00Z"}"#),
            ("TIMESTAMP", "infinity", #"{"v":"infinity"}"#), ("DATE", "2024-01-15", #"{"v":"2024-01-15"}"#),
            ("INTEGER", "12x", #"{"v":"12x"}"#), ("", "{1,2}", #"{"v":"{1,2}"}"#),
            ("UUID", "x", #"{"v":"x"}"#),
        ])
    func texts(declared: String, text: String, expected: String) {
        #expect(object(rows(declared, text: text)) == expected)
    }

    @Test(
        "numbers, truth values and blobs have their own forms",
        arguments: [
            ("INTEGER", .integer(-5), "-5"), ("BOOLEAN", .integer(1), "true"),
            ("BOOLEAN", .integer(0), "false"),
            ("REAL", .real(1.5), "1.5"), ("REAL", .real(.nan), "null"), ("TEXT", .null, "null"),
            ("BLOB", .blob(start: 0, length: 0), #""""#), ("BLOB", .blob(start: 0, length: 1), #""AQ==""#),
            ("BLOB", .blob(start: 0, length: 2), #""AQI=""#),
            ("BLOB", .blob(start: 0, length: 3), #""AQL/""#),
            ("BLOB", .blob(start: 0, length: 4), #""AQL/AA==""#), ("DECIMAL", .integer(7), "7"),
        ] as [(String, BoundValue, String)])
    func values(declared: String, value: BoundValue, expected: String) {
        #expect(object(rows(declared, value, [1, 2, 255, 0])) == "{\"v\":\(expected)}")
    }

    @Test("columns stand in their order, rows by their number")
    func order() {
        let set = RowSet(
            columns: [column("a", "INTEGER"), column("b\n", "INTEGER")], bytes: [],
            values: [.integer(1), .integer(2), .integer(3), .null], indices: [0, 1])
        #expect(String(decoding: RowRenderer(set).object(0), as: UTF8.self) == #"{"a":1,"b\n":2}"#)
        #expect(String(decoding: RowRenderer(set).object(1), as: UTF8.self) == #"{"a":3,"b\n":null}"#)
    }

    @Test(
        "one column is looked up as the value that its JSON has",
        arguments: [
            ("v", "JSON", #"{"a":[1]}"#, ["a": [1]]), ("V", "TEXT", "x", "x"), ("w", "TEXT", "x", nil),
            ("v", "DECIMAL", "1.50", .number("1.50")),
        ] as [(String, String, String, JSONValue?)])
    func lookup(name: String, declared: String, text: String, expected: JSONValue?) {
        #expect(RowRenderer(rows(declared, text: text)).value(0, named: name, limits: Limits()) == expected)
    }
}
