import BulkModel
import Engine
import Formats
import Planning

/// Records that the database refuses: a fault each, wherever in a chunk they lie, and where one stops it.
enum SelectionFaultCases {
    /// Six parcels; 2 and 5 are too heavy to be broken.
    private static func bench(_ fixture: any StoreFixture) async throws -> SelectionBench {
        try await SelectionTables.fill(fixture, count: 6)
        try await fixture.execute("UPDATE parcels SET weight = 200 WHERE id IN (2, 5)")
        return try await SelectionBench(fixture, .update, .everything, set: ["status": "BROKEN"])
    }

    static let all = [
        ConformanceCase("a record that breaks a CHECK is its own fault, its neighbours are changed") {
            fixture in
            let bench = try await bench(fixture)
            let applied = try await bench.apply()
            try expect(applied.outcomes, "updated error updated*2 error updated", "outcomes")
            try expect(applied.codes, "1:CHECK_VIOLATION 4:CHECK_VIOLATION", "faults")
            try expect(applied.keys, "1 2 3 4 5 6", "keys, of failed records too")
            try expect(applied.receipt.faults.map(\.fault.position.record), [2, 5], "record numbers")
            try expect(applied.job.state, .jobComplete, "the state")
            try expect(applied.job.errorCounts, [.checkViolation: 2], "failed by code")
            try expect(
                try await bench.values("status"), "BROKEN NEW BROKEN BROKEN NEW BROKEN", "the rows")
            try expect(
                try await fixture.store.receipts(of: bench.job, from: 1, limit: 9), [applied.receipt],
                "the stored receipt")
        },
        ConformanceCase("a value that only one record may have goes to the first") { fixture in
            try await SelectionTables.fill(fixture, count: 3)
            let bench = try await SelectionBench(fixture, .update, .everything, set: ["label": "ONE"])
            let applied = try await bench.apply()
            try expect(applied.faults, "1:DUPLICATE_KEY(label) 2:DUPLICATE_KEY(label)", "faults")
            try expect(try await bench.values("label"), "ONE P2 P3", "the rows")
        },
        ConformanceCase("a record that others refer to is not deleted, and the fault names their table") {
            fixture in
            try await SelectionTables.fill(fixture, count: 4)
            try await fixture.execute("INSERT INTO scans (parcel_id) VALUES (2), (2), (4)")
            let bench = try await SelectionBench(fixture, .delete, .everything)
            let applied = try await bench.apply()
            try expect(applied.outcomes, "deleted error deleted error", "outcomes")
            try expect(
                applied.codes, "1:FOREIGN_KEY_VIOLATION 3:FOREIGN_KEY_VIOLATION", "faults")
            try expect(
                applied.receipt.faults.allSatisfy { $0.fault.message.contains("Parcel has related scans") },
                "the message names the table: \(applied.receipt.faults.map(\.fault.message))")
            try expect(try await bench.values("id"), "2 4", "the rows")
        },
        ConformanceCase("a dry run changes no data, but receipt and checkpoint stay") { fixture in
            let bench = try await bench(fixture)
            let options = ChunkOptions(isDryRun: true)
            let chunks = try await bench.walk(max: 4, options: options)
            try expect(chunks.map(\.outcomes), ["updated error updated*2", "error updated"], "outcomes")
            try expect(try await bench.values("status"), "NEW NEW NEW NEW NEW NEW", "the rows")
            try expect(try await fixture.store.job(bench.job), chunks.last?.job, "the stored job")
            try expect(chunks.last?.job.counts.updated, 4, "the count")
            try expect(
                try await fixture.store.receipts(of: bench.job, from: 1, limit: 9), chunks.map(\.receipt),
                "the stored receipts")
        },
        ConformanceCase("the last error allowed stops the chunk before its record, which can be tried again")
        {
            fixture in
            let bench = try await bench(fixture)
            let first = try await bench.apply(options: ChunkOptions(errorsMax: 1))
            try expect(first.outcomes, "updated", "outcomes")
            try expect(first.keys, "1", "keys")
            try expect(first.stop?.fault.index, 1, "where it stopped")
            try expect(first.stop?.fault.fault.code, .checkViolation, "why")
            try expect(first.stop?.key, .integer(2), "at which record")
            try expect(first.job.state, .inProgress, "the state")
            try expect(first.job.nextRecord, 2, "the checkpoint")
            try expect(first.job.counts.failed, 0, "failed")
            try expect(try await fixture.store.job(bench.job), first.job, "the stored job")
            try expect(try await bench.values("status"), "BROKEN NEW NEW NEW NEW NEW", "the rows")
            let second = try await bench.apply(
                first: 2, after: .integer(1), options: ChunkOptions(errorsMax: 2))
            try expect(second.outcomes, "error updated*2", "the outcomes of the second try")
            try expect(second.stop?.fault.index, 3, "where the second stopped")
            try expect(second.stop?.key, .integer(5), "at which record")
            let last = try await bench.apply(
                first: 5, after: .integer(4), options: ChunkOptions(errorsMax: 9))
            try expect(last.outcomes, "error updated", "the rest")
            try expect(last.stop, nil, "no stop")
            try expect(last.job.state, .jobComplete, "the end")
        },
        ConformanceCase("a chunk whose first record stops it writes nothing and leaves the job as it is") {
            fixture in
            let bench = try await bench(fixture)
            try await bench.apply(max: 1)
            let before = try await fixture.store.job(bench.job)
            for isDryRun in [false, true] {
                let applied = try await bench.apply(
                    first: 2, after: .integer(1), options: ChunkOptions(isDryRun: isDryRun, errorsMax: 1))
                try expect(applied.receipt.recordCount, 0, "records")
                try expect(applied.stop?.fault.index, 0, "where it stopped")
                try expect(applied.stop?.key, .integer(2), "at which record")
                try expect(applied.job, before, "the job")
                try expect(try await fixture.store.job(bench.job), before, "the stored job")
            }
            try expect(
                try await fixture.store.receipts(of: bench.job, from: 1, limit: 9).count, 1, "receipts")
        },
        ConformanceCase("rules and missing ids stop a chunk as well, the last record of all included") {
            fixture in
            try await SelectionTables.fill(fixture, count: 2)
            let bench = try await SelectionBench(
                fixture, .update, .listed([1, 2, 77]), set: ["status": "SENT"])
            let applied = try await bench.apply(options: ChunkOptions(errorsMax: 1))
            try expect(applied.outcomes, "updated*2", "outcomes")
            try expect(applied.stop?.fault.fault.code, .recordNotFound, "why")
            try expect(applied.stop?.key, .integer(77), "at which record")
            try expect(applied.job.state, .inProgress, "not the end")
            let last = try await bench.apply(first: 3, after: .integer(2))
            try expect(last.outcomes, "error", "the record tried again")
            try expect(last.job.state, .jobComplete, "the end")
        },
    ]
}
