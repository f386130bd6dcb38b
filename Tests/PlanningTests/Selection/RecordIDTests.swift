import BulkModel
import Formats
import Planning
import Testing

@Suite("Listed ids")
struct RecordIDTests {
    /// The keys that these ids become.
    private func keys(_ ids: [JSONValue], keyType: String) throws -> [RecordKey] {
        guard
            case .listed(let keys) = try selectionPlan(.delete, .listed(ids), table: orders(keyType: keyType))
                .scope
        else { return [] }
        return keys
    }

    @Test("Ids become values of the key's column; what it cannot hold stays text")
    func conversion() throws {
        #expect(
            try keys(["a", 5, .number("1.5")], keyType: "TEXT") == [.text("a"), .text("5"), .text("1.5")])
        #expect(
            try keys(["7", 8, "abc", .number("1.5"), ""], keyType: "INTEGER")
                == [.integer(7), .integer(8), .text("abc"), .text("1.5"), .text("")])
        #expect(try keys(["5", 5], keyType: "") == [.text("5"), .integer(5)])
        #expect(
            try keys([.number("18446744073709551616")], keyType: "INTEGER") == [.text("18446744073709551616")]
        )
        #expect(try keys([5, "5.5"], keyType: "NUMERIC(9,1)") == [.text("5"), .text("5.5")])
    }

    @Test("Each id counts once, at its first place, whichever way it is spelled")
    func duplicates() throws {
        #expect(
            try keys([3, "1", 3, "3", "01", 1, 2], keyType: "INTEGER") == [
                .integer(3), .integer(1), .integer(2),
            ])
        #expect(try keys(["b", "a", "b", "B"], keyType: "TEXT") == [.text("b"), .text("a"), .text("B")])
        #expect(
            try keys(["5", "5.0", "+05", "-5", "0.50", ".5"], keyType: "NUMERIC(9,2)") == [
                .text("5"), .text("-5"), .text("0.50"),
            ])
        let upper: JSONValue = "0190E2B4-0000-7000-8000-00000000000A"
        let lower: JSONValue = "0190e2b4-0000-7000-8000-00000000000a"
        #expect(try keys([upper, lower], keyType: "UUID") == [.text("0190e2b4-0000-7000-8000-00000000000a")])
        #expect(
            try keys(["10:00", "10:00:00", "25:00"], keyType: "TIME") == [.text("10:00:00"), .text("25:00")])
    }

    @Test("No id, too many ids, and ids that are neither text nor number are refused")
    func refusals() throws {
        var limits = Limits()
        limits.recordIDsMax = 2
        #expect(selectionRefusal(.delete, .listed([]))?.issue == "no_record_ids")
        #expect(selectionRefusal(.delete, .listed([1, 2]), limits: limits) == nil)
        let many = selectionRefusal(.delete, .listed([1, 1, 1]), limits: limits)
        #expect(many?.issue == "too_many_record_ids")
        #expect(many?.details.map(\.field) == ["recordIds"])
        let wrong = try #require(selectionRefusal(.delete, .listed(["a", nil, true, [1], [:], 2])))
        #expect(wrong.details.map(\.field) == ["recordIds.1", "recordIds.2", "recordIds.3", "recordIds.4"])
        #expect(wrong.details.allSatisfy { $0.code == .invalidValue })
    }

    @Test(
        "It is known beforehand which ids the key's column cannot hold",
        arguments: [
            ("INTEGER", RecordKey.integer(5), true), ("INTEGER", .text("abc"), false),
            ("SMALLINT", .integer(40000), false), ("UUID", .text("abc"), false), ("TEXT", .text("abc"), true),
            ("VARCHAR(3)", .text("abcd"), false), ("TEXT", .text(""), true), ("", .text("abc"), true),
            ("UUID", .text("0190e2b4-0000-7000-8000-00000000000a"), true),
            ("DATE", .text("2024-13-01"), false),
        ])
    func possible(keyType: String, key: RecordKey, expected: Bool) throws {
        #expect(try selectionPlan(table: orders(keyType: keyType)).mayExist(key) == expected)
    }
}
