import BulkModel
import Engine
import Formats
import Planning

/// Given records with a stream's options: keys kept, dry runs, stops; and jobs whose records nobody counted before.
enum StreamChunkCases {
    private static func bench(
        _ fixture: any StoreFixture, _ operation: BulkModel.Operation, columns: [String], key: [String]? = nil
    ) async throws -> Bench {
        try await SampleTables.fill(fixture)
        return try await Bench(
            fixture, operation, "customers", columns: columns, key: key, read: 0, job: "bulk-op-1",
            source: .stream)
    }

    private static let keys = ChunkOptions(keepsKeys: true)

    static let all = [
        ConformanceCase("a stream's job goes on until a chunk says that it is the last") { fixture in
            let bench = try await bench(fixture, .insert, columns: ["email", "name"])
            let first = try await bench.apply([["c@x.org", "C"], ["d@x.org", "D"]], options: keys)
            try expect(first.job.state, .inProgress, "the state")
            try expect(first.keys, "3 4", "keys")
            let last = try await bench.apply([["e@x.org", "E"]], first: 3, isLast: true, options: keys)
            try expect(last.job.state, .jobComplete, "the state at the end")
            try expect(last.job.counts.read, 3, "records read")
            try expect(try await fixture.store.job(bench.job), last.job, "the stored job")
            try await expect(.jobMoved, "a chunk behind the end") { () throws(StoreError) in
                try await bench.apply([["f@x.org", "F"]], first: 4, options: keys)
            }
        },
        ConformanceCase("keys are kept for every record: made, given, or none") { fixture in
            let bench = try await bench(fixture, .insert, columns: ["id", "email", "name"])
            let given = try await bench.apply(
                [[10, "c@x.org", "C"], [11, "ann@x.org", "A"]], options: keys)
            try expect(given.receipt.keys, .integers([10, 11]), "given keys, of the failed record too")
            let mixed = try await bench.apply(
                [[.absent, "d@x.org", "D"], [.absent, "ann@x.org", "A"]], first: 3, options: keys)
            try expect(mixed.outcomes, "created error", "outcomes")
            try expect(mixed.receipt.keys.count, 2, "keys")
            try expect(mixed.receipt.keys.all.last, .text(""), "a record that never got a key")
            try expect(
                try await fixture.store.receipts(of: bench.job, from: 1, limit: 9),
                [given.receipt, mixed.receipt], "the stored receipts")
        },
        ConformanceCase("an upsert keeps the key that it goes by, for created records as for others") {
            fixture in
            let bench = try await bench(fixture, .upsert, columns: ["email", "name"], key: ["email"])
            let applied = try await bench.apply(
                [["c@x.org", "C"], ["c@x.org", "C"], ["ann@x.org", "Anna"]], options: keys)
            try expect(applied.outcomes, "created unchanged updated", "outcomes")
            try expect(applied.receipt.keys, .texts(["c@x.org", "c@x.org", "ann@x.org"]), "keys")
        },
        ConformanceCase("updates and deletes keep the keys that the records bring") { fixture in
            let update = try await bench(fixture, .update, columns: ["email", "name"], key: ["email"])
            let updated = try await update.apply(
                [["bob@x.org", "Rob"], ["nobody", "X"]], options: keys)
            try expect(updated.receipt.keys, .texts(["bob@x.org", "nobody"]), "keys of the update")
            let delete = try await Bench(
                fixture, .delete, "customers", columns: ["id"], read: 0, job: "bulk-op-2", source: .stream)
            let deleted = try await delete.apply([[2], [9]], isLast: true, options: keys)
            try expect(deleted.receipt.keys, .integers([2, 9]), "keys of the delete")
            try expect(deleted.job.state, .jobComplete, "the state")
        },
        ConformanceCase("a dry run of given records changes no data, but receipt and checkpoint stay") {
            fixture in
            let bench = try await bench(fixture, .insert, columns: ["email", "name"])
            let applied = try await bench.apply(
                [["c@x.org", "C"], ["c@x.org", "C"]], isLast: true,
                options: ChunkOptions(isDryRun: true, keepsKeys: true))
            try expect(applied.outcomes, "created error", "outcomes")
            try expect(applied.job.state, .jobComplete, "the state")
            try expect(try await fixture.rows("SELECT count(*) FROM customers"), [["2"]], "rows")
            try expect(
                try await fixture.store.receipts(of: bench.job, from: 1, limit: 9), [applied.receipt],
                "the stored receipt")
        },
        ConformanceCase("given records stop at the last error allowed, be it found before or by the database")
        {
            fixture in
            let bench = try await bench(fixture, .insert, columns: ["email", "name"])
            let fault = Fault(
                .invalidValue, at: Position(record: 2, line: 3, byte: 1), column: "name", message: "no")
            let rows: [[Cell]] = [
                ["c@x.org", "C"], [.absent, .absent], ["ann@x.org", "A"], ["d@x.org", "D"],
            ]
            let one = try await bench.apply(
                rows, faults: [1: fault], isLast: true, options: ChunkOptions(errorsMax: 2, keepsKeys: true))
            try expect(one.outcomes, "created error", "outcomes")
            try expect(one.stop?.fault.index, 2, "where it stopped")
            try expect(one.stop?.fault.fault.code, .duplicateKey, "why")
            try expect(one.job.state, .inProgress, "not the end")
            let two = try await bench.apply(
                rows, start: 2, faults: [1: fault], isLast: true,
                options: ChunkOptions(errorsMax: 1, keepsKeys: true))
            try expect(two.receipt.recordCount, 0, "records of the second try")
            try expect(two.stop?.fault.index, 0, "where it stopped, from the chunk's first record")
            let rest = try await bench.apply(
                rows, start: 2, faults: [1: fault], isLast: true, options: keys)
            try expect(rest.outcomes, "error created", "the rest")
            try expect(rest.job.state, .jobComplete, "the end")
            try expect(try await fixture.rows("SELECT count(*) FROM customers"), [["4"]], "rows")
        },
    ]
}
