import BulkModel
import Formats
import Planning
import Testing

@Suite("Filters")
struct FilterTests {
    @Test(
        "A value becomes what its column holds",
        arguments: [
            ("status", "\"PENDING\"", "text PENDING"), ("status", "5", "text 5"), ("status", "\"\"", "text "),
            ("amount", "12.50", "text 12.50"), ("amount", "\"7\"", "text 7"), ("quantity", "-3", "int -3"),
            ("quantity", "\"12\"", "int 12"), ("rating", "4.5", "real 4.5"), ("rating", "4", "real 4.0"),
            ("is_gift", "true", "int 1"), ("is_gift", "\"no\"", "int 0"), ("is_gift", "1", "int 1"),
            ("placed_on", "\"2024-02-29\"", "text 2024-02-29"),
            ("placed_at", "\"2024-01-01 00:00:00\"", "text 2024-01-01 00:00:00"),
            ("placed_at", "\"2024-01-01T00:00:00Z\"", "text 2024-01-01T00:00:00Z"),
            ("opens", "\"08:30\"", "text 08:30:00"),
            (
                "ref", "\"0190E2B4-0000-7000-8000-000000000001\"",
                "text 0190e2b4-0000-7000-8000-000000000001"
            ),
            ("meta", "{\"a\": [1, null]}", "text {\"a\":[1,null]}"),
            ("photo", "\"\\\\x0aFF\"", "blob [10, 255]"),
            ("photo", "\"AQI=\"", "blob [1, 2]"), ("anything", "5", "int 5"), ("anything", "\"5\"", "text 5"),
            ("anything", "1.5", "real 1.5"), ("mood", "\"sad\"", "text sad"), ("total", "1", "real 1.0"),
            ("Status", "\"x\"", "text x"), ("id", "7", "text 7"),
        ])
    func values(column: String, value: String, expected: String) throws {
        let words = try conditionWords(term(column, .eq, json(value)))
        #expect(words == "\(column.lowercased()) equal \(expected)")
    }

    @Test(
        "Each test becomes its comparison",
        arguments: [
            (FilterTest.eq, "1", "equal int 1"), (.ne, "1", "different int 1"), (.lt, "1", "less int 1"),
            (.lte, "1", "lessOrEqual int 1"), (.gt, "1", "greater int 1"),
            (.gte, "1", "greaterOrEqual int 1"), (.among, "[1, \"2\"]", "in int 1,int 2"),
            (.eq, "null", "null"),
            (.isNull, "true", "null"),
        ])
    func tests(test: FilterTest, value: String, expected: String) throws {
        #expect(try conditionWords(term("quantity", test, json(value))) == "quantity \(expected)")
    }

    @Test("What is not null, what is like a pattern, and what lies before or after a time")
    func furtherTests() throws {
        #expect(try conditionWords(term("status", .ne, nil)) == "not status null")
        #expect(try conditionWords(term("status", .isNull, false)) == "not status null")
        #expect(try conditionWords(term("meta", .isNull, true)) == "meta null")
        let pattern: JSONValue = "%a much longer text%"
        #expect(try conditionWords(term("code", .like, pattern)) == "code like text %a much longer text%")
        #expect(try conditionWords(term("mood", .like, "s%")) == "mood like text s%")
        #expect(
            try conditionWords(term("placed_on", .before, "2024-01-01")) == "placed_on less text 2024-01-01")
        #expect(
            try conditionWords(term("placed_at", .after, "2024-01-01")) == "placed_at greater text 2024-01-01"
        )
    }

    @Test("NULL in a list of values stands for itself, and an empty list holds nothing")
    func lists() throws {
        #expect(
            try conditionWords(term("quantity", .among, [1, nil])) == "(quantity in int 1 or quantity null)")
        #expect(try conditionWords(term("quantity", .among, [nil])) == "quantity null")
        #expect(try conditionWords(term("quantity", .among, [])) == "()")
        #expect(try conditionWords(.any([])) == "()")
    }

    @Test("Terms join as they were written, without joints around a single one")
    func joints() throws {
        let first = term("status", .eq, "A")
        let second = term("quantity", .gt, 1)
        #expect(
            try conditionWords(.all([.any([first, .not(second)]), second]))
                == "((status equal text A or not quantity greater int 1) and quantity greater int 1)")
        #expect(try conditionWords(.all([.any([first])])) == "status equal text A")
        #expect(try conditionWords(.all([])) == "()")
    }

    @Test("Naming the caller's own tenant asks for nothing more")
    func ownTenant() throws {
        #expect(try conditionWords(term("tenant_id", .eq, "acme")) == "()")
        #expect(try conditionWords(term("tenant_id", .among, ["acme"])) == "()")
        let shared = try selectionPlan(
            .delete, .matching(term("tenant_id", .eq, "other")), rules: TableRules())
        guard case .matching(let condition) = shared.scope else { return #expect(Bool(false)) }
        #expect(condition.words == "tenant_id equal text other")
        #expect(shared.write.tenant == nil)
    }

    @Test("As many terms and levels as the limits allow are taken")
    func limits() throws {
        var limits = Limits()
        limits.filterTermsMax = 3
        limits.filterDepthMax = 2
        limits.recordIDsMax = 2
        let one = term("quantity", .among, [1, 2])
        let two = FilterExpression.all([one, one])
        #expect(selectionRefusal(.delete, .matching(.any([two, one])), limits: limits) == nil)
        #expect(selectionRefusal(.delete, .matching(.not(.not(.all([.any([one])])))), limits: limits) == nil)
        let long = selectionRefusal(.delete, .matching(.any([two, two])), limits: limits)
        #expect(long?.issue == "filter_too_long")
        let deep = selectionRefusal(.delete, .matching(.not(.not(.not(one)))), limits: limits)
        #expect(deep?.issue == "filter_too_deep")
        let wide = selectionRefusal(
            .delete, .matching(term("quantity", .among, [1, 2, 3])), limits: limits)
        #expect(wide?.details.map(\.field) == ["filters.quantity.in"])
        #expect(wide?.issue == "filter_too_long")
    }
}
