import BulkModel
import Engine
import Formats
import Planning
import Testing

@testable import StoreConformance
@testable import StorePostgres

@Suite("Filters that a column's type does not take")
struct FilterRefusalTests {
    /// A column's type, a value of it in SQL, a term and what its refusal says.
    struct Kind: CustomTestStringConvertible, Sendable {
        let type: String
        let stored: String
        let test: FilterTest
        let value: JSONValue
        let reason: String

        init(_ type: String, _ stored: String, _ test: FilterTest, _ value: JSONValue, _ reason: String) {
            (self.type, self.stored, self.test, self.value, self.reason) = (type, stored, test, value, reason)
        }

        var testDescription: String { "\(test.rawValue) on \(type): \(reason)" }
    }

    private static let kinds = [
        Kind("inet", "10.0.0.1", .eq, "abc", #"type inet: "abc""#),
        Kind("inet", "10.0.0.1", .among, ["10.0.0.1", "abc"], #"type inet: "abc""#),
        Kind("interval", "1 day", .gt, "abc", #"type interval: "abc""#),
        Kind("int4range", "[1,2)", .eq, "abc", #"malformed range literal: "abc""#),
        Kind("money", "1.00", .lte, "abc", #"type money: "abc""#),
        Kind("numeric", "1", .gt, .number("1e200000"), "overflows numeric format"),
        Kind("date", "2026-01-01", .after, "0000-01-01", #"out of range: "0000-01-01""#),
        Kind("date", "2026-01-01", .among, ["0000-01-01"], #"out of range: "0000-01-01""#),
        Kind("timestamp", "2026-01-01", .before, "0000-01-01T00:00:00Z", "out of range"),
        Kind("int[]", "{1}", .among, ["{1}", "{x}"], #"type integer: "x""#),
        Kind("int[]", "{1}", .eq, "1", #"malformed array literal: "1""#),
        Kind("json[]", "{1}", .eq, "{1}", "could not identify an equality operator for type json"),
        Kind("xid", "7", .lt, "8", "operator does not exist: xid < xid"),
        Kind("jsonpath", "$.a", .eq, "$.a", "operator does not exist: jsonpath = jsonpath"),
        Kind("jsonpath", "$.a", .among, ["$.a"], "operator does not exist: jsonpath = jsonpath"),
        Kind("regtype", "int4", .ne, "nonsense", #"type "nonsense" does not exist"#),
    ]

    @Test("a value or test that the type does not take is refused in words about it alone", arguments: kinds)
    func refused(_ kind: Kind) async throws {
        let fixture = try await PostgresFixture()
        try await fixture.execute(
            """
            CREATE TABLE parcels (id int PRIMARY KEY, "col ""umn" \(kind.type), label text);
            INSERT INTO parcels VALUES (1, \(SQLText.literal(kind.stored)), 'secret')
            """)
        let term = FilterExpression.having("col \"umn", kind.test, kind.value)
        let filters: [FilterExpression] = [
            term, .all([.having("label", .eq, "secret"), .not(.any([.having("id", .isNull, true), term]))]),
        ]
        for filter in filters {
            let plan = try await SelectionBench.plan(fixture, .delete, .matching(filter))
            for bound in [nil, SelectionBound(lastKey: .integer(1))] {
                await #expect {
                    _ = try await fixture.store.survey(plan, after: nil, within: bound)
                } throws: { error in
                    guard let error = error as? StoreError, error.code == .selectionRefused else {
                        return false
                    }
                    return error.message.hasPrefix("Column \"col \"umn\" cannot be compared so: ")
                        && error.message.contains(kind.reason) && !error.message.contains("secret")
                }
            }
        }
        let all = try await SelectionBench.plan(fixture, .delete, .everything)
        #expect(try await fixture.store.survey(all, after: nil, within: nil).recordCount == 1)
    }

    @Test("a long value is quoted in part")
    func long() async throws {
        let fixture = try await PostgresFixture()
        try await fixture.execute("CREATE TABLE parcels (id int PRIMARY KEY, address inet)")
        try await fixture.execute("INSERT INTO parcels VALUES (1, '10.0.0.1')")
        let value = JSONValue.string(String(repeating: "x", count: 100_000))
        let plan = try await SelectionBench.plan(fixture, .delete, .having("address", value))
        await #expect { _ = try await fixture.store.survey(plan, after: nil, within: nil) } throws: { error in
            guard let error = error as? StoreError else { return false }
            return error.code == .selectionRefused && error.message.count < 400
        }
    }

    @Test("what fails on a row's value is no fault of the filter, and tells nothing of the row")
    func rows() async throws {
        let fixture = try await RoleFixture(
            """
            CREATE TABLE parcels (id int PRIMARY KEY, address inet, label text);
            INSERT INTO parcels VALUES (1, '10.0.0.1', 'secret')
            """,
            """
            ALTER TABLE parcels ENABLE ROW LEVEL SECURITY; GRANT ALL ON parcels TO ROLE;
            CREATE POLICY look ON parcels USING (label::int > 0)
            """)
        let plan = try await SelectionBench.plan(fixture, .delete, .having("address", "10.0.0.1"))
        await #expect { _ = try await fixture.store.survey(plan, after: nil, within: nil) } throws: { error in
            guard let error = error as? StoreError else { return false }
            return error.code == .failed && !error.message.contains("secret")
        }
    }
}
