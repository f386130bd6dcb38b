import BulkModel
import Engine
import Formats

/// Data, receipt, counters and checkpoint move together, once, in order.
enum CheckpointCases {
    private static func rows(_ range: Range<Int>) -> [[Cell]] {
        range.map { [.text("m\($0)@x.org"), .text("N\($0)")] }
    }

    private static func bench(_ fixture: any StoreFixture, read: Int) async throws -> Bench {
        try await SampleTables.make(fixture)
        return try await Bench(fixture, .insert, "customers", columns: ["email", "name"], read: read)
    }

    static let all = [
        ConformanceCase("the same chunk twice is applied once") { fixture in
            let bench = try await bench(fixture, read: 10)
            try await bench.apply(rows(0..<5))
            try await expect(.jobMoved, "again") { () throws(StoreError) in
                try await bench.apply(rows(0..<5))
            }
            try expect(try await fixture.rows("SELECT count(*) FROM customers"), [["5"]], "rows")
            try expect(try await fixture.store.job(bench.job)?.nextRecord, 6, "the checkpoint")
            try expect(
                try await fixture.store.receipts(of: bench.job, from: 1, limit: 9).count, 1, "receipts")
        },
        ConformanceCase("a job that is not in progress takes no chunk") { fixture in
            let bench = try await bench(fixture, read: 5)
            _ = try await fixture.store.change(bench.job) { job in
                job.state = .aborted
                return nil
            }
            try await expect(.jobMoved, "apply") { () throws(StoreError) in
                try await bench.apply(rows(0..<5))
            }
            try expect(try await fixture.rows("SELECT count(*) FROM customers"), [["0"]], "rows")
        },
        ConformanceCase("a chunk goes on where it stopped: only records from start on are applied") {
            fixture in
            let bench = try await bench(fixture, read: 6)
            try await bench.apply(rows(0..<2))
            let batch = [["x", "x"], ["x", "x"]] + rows(2..<6)
            let applied = try await bench.apply(batch, first: 1, start: 2, isLast: true)
            try expect(applied.receipt.firstRecord, 3, "the first record")
            try expect(applied.outcomes, "created*4", "outcomes")
            try expect(applied.job.state, .jobComplete, "the state")
        },
        ConformanceCase("receipts come back in record order from the one that holds the record") { fixture in
            let bench = try await bench(fixture, read: 30)
            var written: [ChunkReceipt] = []
            for first in [1, 11, 21] {
                var chunk = rows(first..<first + 10)
                chunk[3] = [nil, "x"]
                written.append(try await bench.apply(chunk, first: first).receipt)
            }
            let store = fixture.store
            let all = try await store.receipts(of: bench.job, from: 1, limit: 10)
            try expect(all, written, "all receipts")
            try expect(
                try await store.receipts(of: bench.job, from: 20, limit: 1), [written[1]],
                "the one with record 20")
            try expect(
                try await store.receipts(of: bench.job, from: 21, limit: 10), [written[2]], "from record 21")
            try expect(try await store.receipts(of: bench.job, from: 31, limit: 10), [], "beyond the end")
            try expect(
                all[0].faults.map(\.fault.position), [Position(record: 4, line: 5, byte: 3)], "the place")
        },
        ConformanceCase("the last chunk ends the job, and only when all is accounted for") { fixture in
            let bench = try await bench(fixture, read: 4)
            try await expect(.failed, "too few records") { () throws(StoreError) in
                try await bench.apply(rows(0..<3), isLast: true)
            }
            try expect(try await fixture.rows("SELECT count(*) FROM customers"), [["0"]], "nothing was done")
            let applied = try await bench.apply(rows(0..<3) + [["m0@x.org", "N"]], isLast: true)
            try expect(applied.job.state, .jobComplete, "the state")
            try expect(applied.job.endedAt, Bench.now, "the end")
            try expect(applied.job.counts.succeeded, 3, "succeeded")
            try expect(applied.job.counts.failed, 1, "failed")
            try expect(applied.job.nextRecord, 5, "the checkpoint")
            try expect(try await fixture.store.job(bench.job), applied.job, "the stored job")
        },
    ]
}
