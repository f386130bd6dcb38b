import BulkModel
import Formats
import Planning
import Testing

@testable import Dialects

@Suite("Filters with suffixed names") struct SuffixedFilterTests {
    private static let columns = [
        "id", "status", "amount", "created_at", "expires", "updated_before", "price_gte", "Name",
    ]

    private func filter() -> SuffixedFilter {
        var limits = Limits()
        limits.filterTermsMax = 4
        return SuffixedFilter(columns: Self.columns, limits: limits, path: "filter.")
    }

    private func json(_ text: String) throws -> [JSONValue.Member] {
        guard case .object(let members) = try JSONParser.parse(Array(text.utf8), limits: Limits()) else {
            return []
        }
        return members
    }

    private func term(
        _ column: String, _ test: FilterTest, _ value: JSONValue, _ place: String
    ) -> FilterExpression {
        .term(.init(column: column, test: test, value: value, place: place))
    }

    @Test(
        "a name is a column, or a column with a suffix",
        arguments: [
            ("status", "status", FilterTest.eq), ("amount_ne", "amount", .ne), ("amount_gt", "amount", .gt),
            ("amount_gte", "amount", .gte), ("amount_lt", "amount", .lt), ("amount_lte", "amount", .lte),
            ("status_in", "status", .among), ("status_like", "status", .like),
            ("status_is_null", "status", .isNull), ("created_before", "created_at", .before),
            ("created_after", "created_at", .after), ("created_at_before", "created_at", .before),
            ("expires_before", "expires", .before), ("expires_after", "expires", .after),
            // Columns of that very name win.
            ("updated_before", "updated_before", .eq), ("price_gte", "price_gte", .eq),
            ("price_gte_gte", "price_gte", .gte), ("updated_before_before", "updated_before", .before),
            ("name_like", "Name", .like), ("STATUS", "status", .eq),
        ])
    func subjects(name: String, column: String, test: FilterTest) {
        #expect(filter().subject(of: name) == SuffixedFilter.Subject(column: column, test: test))
    }

    @Test(
        "a name that is neither is no subject",
        arguments: ["nothing", "nothing_gte", "_gte", "created_gt", "created", "status_", "statusin", ""])
    func noSubjects(name: String) {
        #expect(filter().subject(of: name) == nil)
    }

    @Test("the filter that the spec prints")
    func printed() throws {
        var filter = filter()
        let made = filter.expression(
            try json(#"{"status":"draft","created_before":"2024-01-01T00:00:00Z"}"#))
        #expect(
            made
                == .all([
                    term("status", .eq, "draft", "filter.status"),
                    term("created_at", .before, "2024-01-01T00:00:00Z", "filter.created_before"),
                ]))
        #expect(filter.faults.isEmpty)
    }

    @Test("null is a value of its own, and an array means any of its values")
    func values() throws {
        var filter = filter()
        #expect(
            filter.expression(try json(#"{"status":null,"amount":[1,null],"id_ne":null}"#))
                == .all([
                    term("status", .eq, .null, "filter.status"),
                    term("amount", .among, [1, nil], "filter.amount"),
                    term("id", .ne, .null, "filter.id_ne"),
                ]))
        #expect(filter.faults.isEmpty)
    }

    @Test("texts of a query become lists and truth values where the suffix asks for such")
    func texts() {
        var filter = filter()
        let made = filter.expression([
            (name: "amount_gte", value: "5"), (name: "id_in", value: "a,b,,c"),
            (name: "status_is_null", value: "true"),
        ])
        #expect(
            made
                == .all([
                    term("amount", .gte, "5", "filter.amount_gte"),
                    term("id", .among, ["a", "b", "", "c"], "filter.id_in"),
                    term("status", .isNull, true, "filter.status_is_null"),
                ]))
        #expect(
            filter.expression([(name: "status", value: "a,b")]) == term("status", .eq, "a,b", "filter.status")
        )
        #expect(filter.faults.isEmpty)
    }

    @Test(
        "everything that is wrong is named",
        arguments: [
            (#"{"nothing":1,"statsu":2}"#, ["filter.nothing", "filter.statsu"]),
            (
                #"{"status_in":"a","status_is_null":1,"status_like":3}"#,
                ["filter.status_in", "filter.status_is_null", "filter.status_like"]
            ),
            (
                #"{"amount_gt":null,"amount_lt":[1],"amount":{"gt":1}}"#,
                ["filter.amount_gt", "filter.amount_lt", "filter.amount"]
            ),
            (#"{"status":[],"amount_in":[[1]]}"#, ["filter.status", "filter.amount_in"]),
            (#"{"id":1,"id_gt":1,"id_lt":1,"id_ne":1,"id_gte":1,"id_lte":1}"#, ["filter.id_gte"]),
        ] as [(String, [String])])
    func faults(text: String, fields: [String]) throws {
        var filter = filter()
        _ = filter.expression(try json(text))
        #expect(filter.faults.map(\.field) == fields)
    }

    @Test("of very many unknown names the first are told, and hints have an end")
    func manyFaults() {
        var filter = SuffixedFilter(columns: Self.columns, limits: Limits())
        _ = filter.expression((0..<150).map { _ in JSONValue.Member("statsu", 1) })
        #expect(filter.faults.count == 100)
        #expect(filter.faults.filter { $0.message.contains("Did you mean") }.count == 10)
    }

    @Test("of a filter with too many terms nothing is read")
    func tooLong() {
        let names = (0..<5000).map { "nothing\($0)" }
        var members = filter()
        _ = members.expression(names.map { JSONValue.Member($0, 1) })
        #expect(members.faults.map(\.field) == ["filter.nothing4"])
        var items = filter()
        _ = items.expression(names.map { (name: $0, value: "1") })
        #expect(items.faults.map(\.field) == ["filter.nothing4"])
        #expect(items.faults.map(\.code) == [.invalidRequest])
    }

    @Test("a slip of the pen gets a hint, and what is wrong with a text of a query is told too")
    func hints() {
        var filter = filter()
        _ = filter.expression([
            (name: "amonut_gte", value: "1"), (name: "status_is_null", value: "yes"),
        ])
        #expect(filter.faults.map(\.code) == [.unknownColumn, .invalidValue])
        #expect(filter.faults.first?.message.contains("Did you mean \"amount_gte\"?") == true)
    }
}
