import BulkModel
import Engine
import Formats
import Planning

/// Selections by ids: in the caller's order, missing ones answered for.
enum ListedCases {
    static let all = [
        ConformanceCase("listed records are taken in the list's order; an id without a record is its fault") {
            fixture in
            try await SelectionTables.fill(fixture, count: 5)
            let bench = try await SelectionBench(
                fixture, .update, .listed([4, 99, 1, 5]), set: ["status": "SENT"])
            let first = try await bench.apply(max: 3)
            try expect(first.keys, "4 99 1", "keys")
            try expect(first.outcomes, "updated error updated", "outcomes")
            try expect(first.codes, "1:RECORD_NOT_FOUND", "faults")
            try expect(first.job.state, .inProgress, "the state")
            let last = try await bench.apply(first: 4, after: .integer(1), max: 3)
            try expect(last.keys, "5", "keys")
            try expect(last.job.state, .jobComplete, "the state")
            try expect(last.job.counts.failed, 1, "failed")
            try expect(last.job.errorCounts, [.recordNotFound: 1], "failed by code")
            try expect(try await bench.values("status"), "SENT NEW NEW SENT SENT", "the rows")
            try expect(
                try await fixture.store.receipts(of: bench.job, from: 1, limit: 9),
                [first.receipt, last.receipt], "receipts")
        },
        ConformanceCase("a listed id counts once, and the list's exact end ends the job") { fixture in
            try await SelectionTables.fill(fixture, count: 3)
            let bench = try await SelectionBench(fixture, .delete, .listed([2, 3, 2, 3]))
            let survey = try await fixture.store.survey(bench.plan, after: nil, within: nil)
            try expect(survey.recordCount, 2, "the count")
            let chunks = try await bench.walk(max: 2)
            try expect(chunks.map(\.keys), ["2 3"], "keys")
            try expect(try await bench.values("id"), "1", "the rows")
        },
        ConformanceCase("listed ids of texts, and a list of unknown ones only") { fixture in
            try await SelectionTables.make(fixture)
            try await fixture.execute("INSERT INTO shelves (code, status) VALUES ('a', 'NEW'), ('b', 'NEW')")
            let bench = try await SelectionBench(
                fixture, .update, .listed(["b", "x", "a"]), in: "shelves", set: ["status": "FULL"])
            let chunks = try await bench.walk(max: 2)
            try expect(chunks.map(\.keys), ["b x", "a"], "keys")
            try expect(chunks[0].receipt.keys, .texts(["b", "x"]), "the kind of the keys")
            let unknown = try await SelectionBench(
                fixture, .delete, .listed(["y", "z"]), in: "shelves", job: "bulk-op-2")
            try expect(try await unknown.walk(max: 9).map(\.outcomes), ["error*2"], "outcomes")
            try expect(
                try await fixture.store.survey(unknown.plan, after: nil, within: nil).recordCount, 2,
                "ids count whether or not they exist")
        },
    ]
}
