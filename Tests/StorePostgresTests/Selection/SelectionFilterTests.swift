import BulkModel
import Engine
import Formats
import Planning
import Testing

@testable import StoreConformance
@testable import StorePostgres

@Suite("Filters on columns of many types")
struct SelectionFilterTests {
    private static let times = """
        CREATE DOMAIN moment AS timestamp(0);
        CREATE TABLE parcels (
            id int PRIMARY KEY, plain timestamp, zoned timestamptz, named moment, several timestamp[]);
        INSERT INTO parcels SELECT n, t, t AT TIME ZONE 'UTC', t, ARRAY[t] FROM (VALUES
            (1, '2026-01-01 07:59:59'::timestamp), (2, '2026-01-01 08:00:00'), (3, '2026-01-01 09:00:00'),
            (4, '2026-01-01 10:00:00'), (5, '2026-01-01 12:00:00')) AS v (n, t)
        """

    private static let tests: [(test: FilterTest, value: JSONValue, keys: String)] = [
        (.before, "2026-01-01T10:00:00+02:00", "1"), (.after, "2026-01-01T10:00:00+02:00", "3 4 5"),
        (.lte, "2026-01-01T10:00:00+02:00", "1 2"), (.gte, "2026-01-01T07:00:00-05:00", "5"),
        (.eq, "2026-01-01T10:00:00+02:00", "2"), (.ne, "2026-01-01T10:00:00+02:00", "1 3 4 5"),
        (.among, ["2026-01-01T10:00:00+02:00", "2026-01-01T07:00:00-05:00"], "2 5"),
        (.before, "2026-01-01 08:00:00", "1"), (.eq, "2026-01-01T08:00:00Z", "2"),
    ]

    @Test(
        "a time is the moment that its offset makes it, whether or not the column keeps a zone",
        arguments: ["plain", "zoned", "named"])
    func offsets(_ column: String) async throws {
        let bench = try await ApplyBench(Self.times)
        for (number, test) in Self.tests.enumerated() {
            try await Self.expect(
                .having(column, test.test, test.value), test.keys, bench.fixture, "bulk-op-\(number)")
        }
        let between = FilterExpression.all([
            .having(column, .gte, "2026-01-01T10:00:00+02:00"),
            .having(column, .before, "2026-01-01T05:00:00-05:00"),
        ])
        try await Self.expect(between, "2 3", bench.fixture, "bulk-op-between")
    }

    /// What the filter finds, in survey and chunk alike.
    private static func expect(
        _ filter: FilterExpression, _ keys: String, _ fixture: any StoreFixture, _ job: String
    ) async throws {
        let selection = try await SelectionBench(fixture, .delete, .matching(filter), job: job)
        let applied = try await selection.apply(options: ChunkOptions(isDryRun: true))
        #expect(applied.keys == keys, "\(filter)")
        let survey = try await fixture.store.survey(selection.plan, after: nil, within: nil)
        #expect(survey.recordCount == applied.receipt.recordCount, "\(filter)")
    }

    @Test("a listed id is found by the moment that its offset makes it")
    func listedOffsets() async throws {
        let bench = try await ApplyBench(
            """
            CREATE TABLE parcels (id timestamp PRIMARY KEY);
            INSERT INTO parcels VALUES ('2026-01-01 08:00:00'), ('2026-01-01 10:00:00')
            """)
        let selection = try await SelectionBench(
            bench.fixture, .delete, .listed(["2026-01-01T10:00:00+02:00", "2026-01-01T10:00:00+00:30"]))
        let applied = try await selection.apply()
        #expect(applied.codes == "1:RECORD_NOT_FOUND")
        #expect(try await selection.values("id") == "2026-01-01 10:00:00")
    }

    @Test("columns of arrays are compared as wholes, times in them as moments")
    func arrays() async throws {
        let bench = try await ApplyBench(
            Self.times, "ALTER TABLE parcels ADD COLUMN tags text[]",
            "UPDATE parcels SET tags = ARRAY['a', 'b ' || id]")
        let filters: [(FilterExpression, String)] = [
            (.having("tags", .among, [#"{a,"b 2"}"#, #"{a,"b 4"}"#, "{}"]), "2 4"),
            (.having("tags", .eq, #"{a,"b 3"}"#), "3"),
            (.not(.having("tags", .among, [#"{a,"b 2"}"#])), "1 3 4 5"),
            (.having("several", .eq, "{2026-01-01T10:00:00+02:00}"), "2"),
            (.having("several", .among, ["{2026-01-01T10:00:00+02:00}", "{}"]), "2"),
        ]
        for (number, (filter, keys)) in filters.enumerated() {
            try await Self.expect(filter, keys, bench.fixture, "bulk-op-\(number)")
        }
    }
}
