import BulkModel
import Formats
import Planning
import Testing

@Suite("Faults of filters")
struct FilterFaultTests {
    @Test(
        "A value that the column cannot hold is refused, with the reason",
        arguments: [
            ("quantity", "\"abc\"", "Column \"quantity\": \"abc\" is not an integer."),
            ("quantity", "1.5", "Column \"quantity\": \"1.5\" is not an integer."),
            ("quantity", "true", "Column \"quantity\": \"true\" is not an integer."),
            (
                "quantity", "3000000000",
                "Column \"quantity\": \"3000000000\" is out of range: quantity takes -2147483648 to 2147483647."
            ),
            ("quantity", "[1]", "Column \"quantity\": takes one value, neither an array nor an object."),
            ("status", "{}", "Column \"status\": takes one value, neither an array nor an object."),
            (
                "amount", "1.005",
                "Column \"amount\": \"1.005\" has more decimals than DECIMAL(6,2) keeps (2)."
            ),
            ("is_gift", "2", "Column \"is_gift\": \"2\" is not a boolean (true or false)."),
            (
                "placed_on", "\"2023-02-29\"",
                "Column \"placed_on\": \"2023-02-29\" is not a date (YYYY-MM-DD)."
            ),
            (
                "placed_at", "\"today\"",
                "Column \"placed_at\": \"today\" is not a timestamp (like 2026-01-29T10:00:00Z)."
            ),
            ("ref", "\"1\"", "Column \"ref\": \"1\" is not a UUID."),
            ("meta", "\"{\"", "Column \"meta\": \"{\" is not JSON."),
            ("code", "\"123456\"", "Column \"code\": \"123456\" has 6 characters; code takes at most 5."),
            ("mood", "\"angry\"", "Column \"mood\": \"angry\" is not one of sad, happy."),
        ])
    func values(column: String, value: String, message: String) throws {
        let filter = term(column, .eq, try json(value))
        let refused = try #require(selectionRefusal(.delete, .matching(filter)))
        #expect(refused.code == .invalidRequest)
        #expect(refused.issue == "invalid_filter")
        #expect(
            refused.details == [
                Refusal.Detail(field: "filters.\(column).eq", code: .invalidValue, message: message)
            ])
        #expect(refused.message == message)
    }

    @Test(
        "A test that does not go with the column's type is refused",
        arguments: [
            (FilterTest.before, "status"), (.after, "quantity"), (.before, "opens"), (.like, "quantity"),
            (.like, "ref"), (.like, "anything"), (.lt, "is_gift"), (.lte, "meta"), (.gt, "photo"),
            (.gte, "is_gift"),
        ])
    func impossible(test: FilterTest, column: String) throws {
        let refused = try #require(selectionRefusal(.delete, .matching(term(column, test, "x"))))
        #expect(refused.issue == "filter_not_possible")
        #expect(refused.details.map(\.code) == [.invalidRequest])
        #expect(refused.message.hasPrefix("`\(test.rawValue)` does not go with column \"\(column)\""))
    }

    @Test(
        "An operand of the wrong kind is refused",
        arguments: [
            (FilterTest.among, "1", "`in` takes an array of values."),
            (.isNull, "1", "`isNull` takes true or false."), (.like, "5", "`like` takes a text."),
            (.like, "null", "`like` takes a text."), (.lt, "null", "`lt` takes no null; use `isNull`."),
            (.isNull, "null", "`isNull` takes true or false."),
        ])
    func operands(test: FilterTest, value: String, message: String) throws {
        let refused = selectionRefusal(.delete, .matching(term("status", test, try json(value))))
        #expect(refused?.message == message)
    }

    @Test("Everything wrong is told at once, each with its place, and with the name that was meant")
    func gathered() throws {
        let filter = FilterExpression.all([
            term("staus", .eq, "A"), .not(.any([term("quantity", .among, [1, "x", 2, "y"])])),
            term("tenant_id", .eq, "other"), term("zzz", .isNull, true), term("status", .eq, "fine"),
        ])
        let refused = try #require(
            selectionRefusal(.update, .matching(filter), updates: [.init("nope", 1)]))
        #expect(refused.code == .invalidRequest)
        #expect(refused.issue == "unknown_columns")
        #expect(
            refused.details.map(\.field) == [
                "filters.staus.eq", "filters.quantity.in.1", "filters.quantity.in.3", "filters.tenant_id.eq",
                "filters.zzz.isNull", "updates.nope",
            ])
        #expect(
            refused.details.map(\.code) == [
                .unknownColumn, .invalidValue, .invalidValue, .forbidden, .unknownColumn, .unknownColumn,
            ])
        #expect(
            refused.details[0].message == "Table \"orders\" has no column \"staus\"; did you mean \"status\"?"
        )
    }

    @Test("Many faults are told in a bounded answer")
    func many() throws {
        let values = JSONValue.array(Array(repeating: "x", count: 5000))
        let refused = try #require(selectionRefusal(.delete, .matching(term("quantity", .among, values))))
        #expect(refused.details.count == 100)
        #expect(refused.message.hasSuffix("And 4990 more."))
    }

    @Test(
        "Asking for anything but the caller's own tenant is forbidden",
        arguments: [
            (FilterTest.eq, "\"other\""), (.eq, "null"), (.eq, "\"\""), (.ne, "\"acme\""), (.isNull, "false"),
            (.among, "[]"), (.among, "[\"acme\", \"other\"]"), (.among, "[\"acme\", null]"),
            (.like, "\"a%\""),
            (.gt, "\"a\""), (.eq, "[\"acme\"]"),
        ])
    func foreignTenant(test: FilterTest, value: String) throws {
        let filter = FilterExpression.not(term("TENANT_ID", test, try json(value)))
        let refused = try #require(selectionRefusal(.delete, .matching(filter)))
        #expect(refused.issue == "foreign_tenant")
        #expect(refused.details.map(\.code) == [.forbidden])
    }
}
