import BulkModel
import Engine
import Formats
import Planning

/// A selection is walked in key order, each record once, and ends its job.
enum SelectionWalkCases {
    static let all = [
        ConformanceCase("a selection is walked in key order, chunk by chunk, and the last one ends the job") {
            fixture in
            try await SelectionTables.fill(fixture, count: 8)
            try await fixture.execute("UPDATE parcels SET status = 'LOST' WHERE id IN (2, 5)")
            let bench = try await SelectionBench(
                fixture, .update, .having("status", "NEW"), set: ["status": "SENT"])
            let chunks = try await bench.walk(max: 4)
            try expect(chunks.map(\.keys), ["1 3 4 6", "7 8"], "keys")
            try expect(chunks.map(\.outcomes), ["updated*4", "updated*2"], "outcomes")
            try expect(
                try await bench.values("status"), "SENT LOST SENT SENT LOST SENT SENT SENT", "the rows")
            let job = try await fixture.store.job(bench.job)
            try expect(job, chunks.last?.job, "the stored job")
            try expect(job?.state, .jobComplete, "the state")
            try expect(job?.counts.read, 6, "records read")
            try expect(job?.counts.updated, 6, "records updated")
            let receipts = try await fixture.store.receipts(of: bench.job, from: 1, limit: 9)
            try expect(receipts, chunks.map(\.receipt), "the stored receipts")
            try expect(receipts.map(\.appliedAt), [Bench.now, Bench.now], "when they were written")
            try expect(receipts.last?.keys, .integers([7, 8]), "the stored keys")
        },
        ConformanceCase("a full last chunk is followed by an empty one, which ends the job without a receipt")
        {
            fixture in
            try await SelectionTables.fill(fixture, count: 4)
            let bench = try await SelectionBench(fixture, .delete, .everything)
            let chunks = try await bench.walk(max: 2)
            try expect(chunks.map(\.outcomes), ["deleted*2", "deleted*2", ""], "outcomes")
            try expect(chunks.map(\.job.state), [.inProgress, .inProgress, .jobComplete], "states")
            try expect(
                try await fixture.store.receipts(of: bench.job, from: 1, limit: 9).count, 2, "receipts")
            try expect(try await bench.values("id"), "", "the rows")
        },
        ConformanceCase("a selection of nothing ends at once, also on an empty table") { fixture in
            try await SelectionTables.make(fixture)
            let empty = try await SelectionBench(fixture, .delete, .everything)
            try await SelectionTables.add(fixture, 1...2)
            try expect(try await empty.walk(max: 5).map(\.job.state), [.jobComplete], "the empty table")
            try expect(try await empty.values("id"), "1 2", "later rows")
            let none = try await SelectionBench(
                fixture, .delete, .having("status", "LOST"), job: "bulk-op-2")
            try expect(try await none.walk(max: 5).map(\.outcomes), [""], "the filter that finds none")
        },
        ConformanceCase("texts are keys as well") { fixture in
            try await SelectionTables.make(fixture)
            try await fixture.execute(
                "INSERT INTO shelves (code, status) VALUES ('c3', 'NEW'), ('a1', 'NEW'), ('b2', 'OLD'), "
                    + "('d4', 'NEW'), ('a2', 'NEW')")
            let bench = try await SelectionBench(
                fixture, .update, .having("status", "NEW"), in: "shelves", set: ["status": "FULL"])
            let chunks = try await bench.walk(max: 3)
            try expect(chunks.map(\.keys), ["a1 a2 c3", "d4"], "keys")
            try expect(chunks[0].receipt.keys, .texts(["a1", "a2", "c3"]), "the kind of the keys")
            let stored = try await fixture.store.receipts(of: bench.job, from: 1, limit: 9)
            try expect(stored, chunks.map(\.receipt), "the stored receipts")
            try expect(
                try await bench.values("status", of: "shelves", by: "code"), "FULL FULL OLD FULL FULL",
                "the rows")
        },
        ConformanceCase("records made after the start are left alone") { fixture in
            try await SelectionTables.fill(fixture, count: 3)
            let bench = try await SelectionBench(fixture, .update, .everything, set: ["status": "SENT"])
            try await bench.apply(max: 2)
            try await SelectionTables.add(fixture, 4...6)
            let last = try await bench.apply(first: 3, after: .integer(2), max: 10)
            try expect(last.keys, "3", "keys")
            try expect(last.job.state, .jobComplete, "the state")
            try expect(try await bench.values("status"), "SENT SENT SENT NEW NEW NEW", "the rows")
        },
        ConformanceCase("a record that matches no more when its chunk comes is none of the selection") {
            fixture in
            try await SelectionTables.fill(fixture, count: 5)
            let bench = try await SelectionBench(
                fixture, .update, .having("status", "NEW"), set: ["status": "SENT"])
            try await bench.apply(max: 2)
            try await fixture.execute("UPDATE parcels SET status = 'LOST' WHERE id IN (1, 4)")
            let last = try await bench.apply(first: 3, after: .integer(2))
            try expect(last.keys, "3 5", "keys")
            try expect(try await bench.values("status"), "LOST SENT SENT LOST SENT", "the rows")
        },
        ConformanceCase("only the tenant's records are selected, by a filter or by ids") { fixture in
            try await SelectionTables.fill(fixture, count: 4)
            try await fixture.execute("UPDATE parcels SET tenant_id = 'b' WHERE id IN (2, 4)")
            let rules = TableRules(tenantColumn: "tenant_id")
            let all = try await SelectionBench(
                fixture, .update, .everything, set: ["status": "SENT"], rules: rules)
            try expect(try await all.walk(max: 10).map(\.keys), ["1 3"], "keys")
            let survey = try await fixture.store.survey(all.plan, after: nil, within: nil)
            try expect(survey.recordCount, 2, "the count")
            let listed = try await SelectionBench(
                fixture, .delete, .listed([3, 4]), rules: rules, job: "bulk-op-2")
            try expect(try await listed.walk(max: 10).map(\.codes), ["1:RECORD_NOT_FOUND"], "faults")
            try expect(try await listed.values("status"), "SENT NEW NEW", "the rows")
        },
    ]
}
