import BulkModel
import Engine
import Formats
import Planning

/// What each test of a filter finds.
enum SelectionFilterCases {
    private static func fill(_ fixture: any StoreFixture) async throws {
        try await SelectionTables.make(fixture)
        try await fixture.execute(
            """
            INSERT INTO parcels (status, label, weight, sent_at, is_held) VALUES
            ('NEW', 'a_c', 5, '2027-01-01 10:00:00', NULL), ('SENT', 'abc', 10, '2027-01-02 10:00:00', TRUE),
            ('NEW', 'ABC', NULL, NULL, FALSE), ('LOST', 'a*c', 20, '2027-01-03 00:00:00', FALSE),
            ('LOST', NULL, -1, '2027-01-04 00:00:00', NULL)
            """)
    }

    private static let tests: [(filter: FilterExpression, keys: String)] = [
        (.having("status", .eq, "NEW"), "1 3"), (.having("status", .ne, "NEW"), "2 4 5"),
        (.having("weight", .ne, 5), "2 3 4 5"), (.having("weight", .lt, 10), "1 5"),
        (.having("weight", .lte, 10), "1 2 5"), (.having("weight", .gt, 10), "4"),
        (.having("weight", .gte, 10), "2 4"), (.having("id", .gte, 4), "4 5"),
        (.having("status", .among, ["SENT", "LOST"]), "2 4 5"),
        (.having("id", .among, .array((4...300).map { .integer($0) })), "4 5"),
        (.having("label", .among, .array((0...300).map { .string("x\($0)'\"") } + ["abc"])), "2"),
        (.having("label", .like, "a_c"), "1 2 4"), (.having("label", .like, "A%"), "3"),
        (.having("label", .like, "a*c"), "4"), (.having("label", .like, "%[%"), ""),
        (.having("label", .like, "a\\_c"), ""), (.having("label", .like, "%c"), "1 2 4"),
        (.having("weight", .isNull, true), "3"), (.having("weight", .isNull, false), "1 2 4 5"),
        (.having("is_held", .eq, true), "2"), (.having("is_held", .eq, false), "3 4"),
        (.having("sent_at", .eq, "2027-01-02T10:00:00Z"), "2"),
        (.having("sent_at", .ne, "2027-01-02T10:00:00Z"), "1 3 4 5"),
        (.having("sent_at", .before, "2027-01-02T10:00:00Z"), "1"),
        (.having("sent_at", .after, "2027-01-02T10:00:00Z"), "4 5"),
        (.having("sent_at", .lte, "2027-01-02 10:00:00.000"), "1 2"),
        (.having("sent_at", .gte, "2027-01-03"), "4 5"),
        (.having("sent_at", .among, ["2027-01-03T00:00:00Z", "2027-01-01T10:00:00Z"]), "1 4"),
        (.all([]), "1 2 3 4 5"), (.any([]), ""), (.not(.any([])), "1 2 3 4 5"),
        (.all([.having("status", .eq, "LOST"), .having("weight", .gt, 0)]), "4"),
        (.any([.having("status", .eq, "SENT"), .having("weight", .lt, 0)]), "2 5"),
        (.not(.having("status", .eq, "NEW")), "2 4 5"),
        // What is not known to be so is not so: NULL is neither below 10 nor like anything.
        (.not(.having("weight", .lt, 10)), "2 3 4"), (.not(.having("label", .like, "a%")), "3 5"),
        (.not(.not(.having("weight", .lt, 10))), "1 5"),
        (.all((1...400).map { .having("weight", .ne, .integer(-$0)) }), "1 2 3 4"),
        (.any((1...400).map { .having("weight", .eq, .integer(-$0)) }), "5"),
    ]

    static let all = [
        ConformanceCase("each test of a filter finds what it says, in survey and chunk alike") { fixture in
            try await fill(fixture)
            for (number, test) in tests.enumerated() {
                let bench = try await SelectionBench(
                    fixture, .delete, .matching(test.filter), job: "bulk-op-\(number)")
                let applied = try await bench.apply(options: ChunkOptions(isDryRun: true))
                try expect(applied.keys, test.keys, "keys of \(test.filter)")
                let survey = try await fixture.store.survey(bench.plan, after: nil, within: nil)
                try expect(survey.recordCount, applied.receipt.recordCount, "the count of \(test.filter)")
            }
        },
        ConformanceCase("a value is a value, whatever SQL it looks like") { fixture in
            try await fill(fixture)
            let text = "x' OR 1=1; --"
            for filter in [
                FilterExpression.having("label", .eq, .string(text)), .having("label", .like, .string(text)),
                .having("label", .among, [.string(text)]),
            ] {
                let plan = try await SelectionBench.plan(fixture, .delete, .matching(filter))
                try expect(
                    try await fixture.store.survey(plan, after: nil, within: nil).recordCount, 0, "\(filter)")
            }
        },
        ConformanceCase("a survey counts, and within a bound and behind a key it counts the rest") {
            fixture in
            try await SelectionTables.fill(fixture, count: 9)
            try await fixture.execute("UPDATE parcels SET status = 'LOST' WHERE id = 6")
            let plan = try await SelectionBench.plan(
                fixture, .delete, .having("status", "NEW"))
            let store = fixture.store
            let whole = try await store.survey(plan, after: nil, within: nil)
            try expect(whole.recordCount, 8, "all")
            try expect(whole.bound.lastKey, .integer(9), "the last key")
            try await SelectionTables.add(fixture, 10...12)
            let rest = try await store.survey(plan, after: .integer(4), within: whole.bound)
            try expect(rest, SelectionSurvey(recordCount: 4, bound: whole.bound), "the rest within the bound")
            try expect(try await store.survey(plan, after: nil, within: nil).recordCount, 11, "all later")
            let listed = try await SelectionBench.plan(fixture, .delete, .listed([5, 99, 1]))
            try expect(try await store.survey(listed, after: nil, within: nil).recordCount, 3, "listed")
        },
    ]
}
