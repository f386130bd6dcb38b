import BulkModel
import Engine
import Formats
import Planning

/// The rules of a table are judged on each record as its chunk finds it.
enum SelectionRuleCases {
    /// `Bench.now` is 2027-01-15T08:00:00Z.
    private static func mark(_ fixture: any StoreFixture, _ column: String, _ values: [String]) async throws {
        for (index, value) in values.enumerated() {
            try await fixture.execute("UPDATE parcels SET \(column) = \(value) WHERE id = \(index + 1)")
        }
    }

    static let all = [
        ConformanceCase("a change of status that the rules do not allow is the record's fault") { fixture in
            try await SelectionTables.fill(fixture, count: 4)
            try await mark(fixture, "status", ["'NEW'", "'SENT'", "'LOST'", "'NEW'"])
            let rules = TableRules(
                status: StatusRule(
                    column: "status", transitions: ["NEW": ["SENT", "LOST"], "SENT": ["LOST"]]))
            for scope in [SelectionRequest.Scope.everything, .listed([1, 2, 3, 4])] {
                let bench = try await SelectionBench(
                    fixture, .update, scope, set: ["status": "SENT"], rules: rules,
                    job: scope == .everything ? "bulk-op-1" : "bulk-op-2")
                let dry = try await bench.apply(options: ChunkOptions(isDryRun: true))
                try expect(dry.codes, "2:INVALID_STATUS_TRANSITION", "faults")
                try expect(dry.outcomes, "updated unchanged error updated", "outcomes")
            }
        },
        ConformanceCase("the time of the last change moves with another column, and never alone") { fixture in
            try await SelectionTables.fill(fixture, count: 4)
            try await mark(fixture, "status", ["'NEW'", "'SENT'", "'NEW'", "'SENT'"])
            try await mark(
                fixture, "sent_at", ["NULL", "NULL", "'2020-01-01 00:00:00'", "'2020-01-01 00:00:00'"])
            let rules = TableRules(timestamps: TimestampRule(created: nil, updated: "sent_at"))
            let bench = try await SelectionBench(
                fixture, .update, .everything, set: ["status": "SENT"], rules: rules)
            try expect(try await bench.apply().outcomes, "updated unchanged updated unchanged", "outcomes")
            let moved = try await fixture.rows("SELECT id FROM parcels WHERE sent_at > '2027-01-15 07:59:00'")
            try expect(moved, [["1"], ["3"]], "whose time moved")
            let again = try await SelectionBench(
                fixture, .update, .listed([1, 2, 3, 4]), set: ["status": "SENT"], rules: rules,
                job: "bulk-op-2")
            try expect(
                try await again.apply().outcomes, "unchanged*4", "once more")
        },
        ConformanceCase("an archived record is not archived again") { fixture in
            try await SelectionTables.fill(fixture, count: 3)
            try await mark(fixture, "archived_at", ["NULL", "'2020-01-01 00:00:00'", "NULL"])
            let rules = TableRules(archive: MarkRule(column: "archived_at"))
            let bench = try await SelectionBench(fixture, .archive, .everything, rules: rules)
            let applied = try await bench.apply()
            try expect(applied.codes, "1:ALREADY_ARCHIVED", "faults")
            try expect(applied.outcomes, "updated error updated", "outcomes")
            try expect(
                try await fixture.rows("SELECT id FROM parcels WHERE archived_at > '2027-01-15 07:59:00'"),
                [["1"], ["3"]], "archived now")
        },
        ConformanceCase("a value or a truth archives as well") { fixture in
            try await SelectionTables.fill(fixture, count: 2)
            try await mark(fixture, "status", ["'ARCHIVED'", "'NEW'"])
            try await mark(fixture, "is_held", ["FALSE", "TRUE"])
            let byValue = try await SelectionBench(
                fixture, .archive, .listed([1, 2]),
                rules: TableRules(archive: MarkRule(column: "status", value: "ARCHIVED")))
            try expect(try await byValue.apply().codes, "0:ALREADY_ARCHIVED", "by value")
            try expect(try await byValue.values("status"), "ARCHIVED ARCHIVED", "the rows")
            let byTruth = try await SelectionBench(
                fixture, .archive, .everything, rules: TableRules(archive: MarkRule(column: "is_held")),
                job: "bulk-op-2")
            try expect(try await byTruth.apply().codes, "1:ALREADY_ARCHIVED", "by truth")
            try expect(
                try await fixture.rows("SELECT count(*) FROM parcels WHERE is_held"), [["2"]], "the rows")
        },
        ConformanceCase("a lock counts while its time is in the future, or while it is true") { fixture in
            try await SelectionTables.fill(fixture, count: 4)
            try await mark(
                fixture, "locked_until",
                ["'2027-01-15 08:00:01'", "'2027-01-15 07:59:59'", "NULL", "'2031-01-01 00:00:00'"])
            try await mark(fixture, "is_held", ["NULL", "FALSE", "TRUE", "NULL"])
            let byTime = try await SelectionBench(
                fixture, .update, .everything, set: ["status": "SENT"],
                rules: TableRules(lock: MarkRule(column: "locked_until")))
            let applied = try await byTime.apply()
            try expect(applied.codes, "0:LOCKED_RECORD 3:LOCKED_RECORD", "by time")
            try expect(try await byTime.values("status"), "NEW SENT SENT NEW", "the rows")
            let byTruth = try await SelectionBench(
                fixture, .delete, .everything, rules: TableRules(lock: MarkRule(column: "is_held")),
                job: "bulk-op-2")
            try expect(try await byTruth.apply().codes, "2:LOCKED_RECORD", "by truth")
            try expect(try await byTruth.values("id"), "3", "the rows")
        },
        ConformanceCase("a softly deleted record does not exist for selections, and delete marks it") {
            fixture in
            try await SelectionTables.fill(fixture, count: 4)
            try await mark(fixture, "deleted_at", ["NULL", "'2020-01-01 00:00:00'"])
            let rules = TableRules(softDelete: MarkRule(column: "deleted_at"))
            let listed = try await SelectionBench(
                fixture, .update, .listed([1, 2]), set: ["status": "SENT"], rules: rules)
            try expect(try await listed.apply().codes, "1:RECORD_NOT_FOUND", "the listed one")
            let bench = try await SelectionBench(
                fixture, .delete, .everything, rules: rules, job: "bulk-op-2")
            try expect(
                try await fixture.store.survey(bench.plan, after: nil, within: nil).recordCount, 3,
                "the count")
            try expect(try await bench.walk(max: 2).map(\.keys), ["1 3", "4"], "keys")
            try expect(try await bench.values("id"), "1 2 3 4", "the rows are still there")
            try expect(
                try await fixture.rows("SELECT id FROM parcels WHERE deleted_at IS NULL"), [], "all marked")
            try expect(
                try await fixture.store.survey(bench.plan, after: nil, within: nil).recordCount, 0,
                "the count afterwards")
        },
        ConformanceCase("a softly deleted record by truth or value does not exist either") { fixture in
            try await SelectionTables.fill(fixture, count: 3)
            try await mark(fixture, "is_held", ["TRUE", "FALSE", "NULL"])
            try await mark(fixture, "status", ["'NEW'", "'GONE'", "'NEW'"])
            for (mark, count) in [
                (MarkRule(column: "is_held"), 2), (MarkRule(column: "status", value: "GONE"), 2),
            ] {
                let plan = try await SelectionBench.plan(
                    fixture, .delete, .everything, rules: TableRules(softDelete: mark))
                try expect(
                    try await fixture.store.survey(plan, after: nil, within: nil).recordCount, count,
                    "the count by \(mark.column)")
            }
        },
    ]
}
