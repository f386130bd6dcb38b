import BulkModel
import Engine

/// Leases: a chunk has one worker, and its commit is the only trace of it.
enum LeaseCases {
    static let all = [
        ConformanceCase("two leases of a job never hold the same chunk") { fixture in
            try await SampleTables.make(fixture)
            let bench = try await SharedBench(fixture, read: 6)
            try expect(try await bench.store.lease(bench.job) == nil, "nothing is cut, nothing is leased")
            try await bench.cut(1..<4, 4..<7)
            let first = try await bench.lease(1..<4)
            let second = try await bench.lease(4..<7)
            try expect(first.job.id, bench.job, "the lease's job")
            try expect(try await bench.store.lease(bench.job) == nil, "all chunks are worked on")
            await first.release()
            await second.release()
        },
        ConformanceCase("a chunk whose lease was released is leased again, and releasing twice is no harm") {
            fixture in
            try await SampleTables.make(fixture)
            let bench = try await SharedBench(fixture, read: 6)
            try await bench.cut(1..<4)
            let lease = try await bench.lease(1..<4)
            await lease.release()
            await lease.release()
            let again = try await bench.lease(1..<4)
            let applied = try await again.apply(bench.chunk(1..<4))
            await again.release()
            try expect(applied.outcomes, "created*3", "outcomes")
            try expect(try await bench.store.lease(bench.job) == nil, "the chunk is done")
        },
        ConformanceCase("a chunk whose lease was dropped is leased again") { fixture in
            try await SampleTables.make(fixture)
            let bench = try await SharedBench(fixture, read: 6)
            try await bench.cut(1..<4)
            _ = try await bench.lease(1..<4)
            // What was dropped gives its row back in its own time; each look is a round trip.
            for _ in 0..<2000 {
                guard let lease = try await bench.store.lease(bench.job) else { continue }
                try expect(lease.records, 1..<4, "the leased records")
                return await lease.release()
            }
            throw ConformanceFailure("the dropped lease still holds its chunk")
        },
        ConformanceCase("chunks commit in any order, the checkpoint follows, and the job completes once") {
            fixture in
            try await SampleTables.make(fixture)
            let bench = try await SharedBench(fixture, read: 9)
            try await bench.cut(1..<4, 4..<7, 7..<10)
            let leases = [
                try await bench.lease(1..<4), try await bench.lease(4..<7), try await bench.lease(7..<10),
            ]
            let steps: [(place: Int, checkpoint: Int, state: JobState)] = [
                (2, 1, .inProgress), (0, 4, .inProgress), (1, 10, .jobComplete),
            ]
            for step in steps {
                let lease = leases[step.place]
                let applied = try await lease.apply(bench.chunk(lease.records))
                try expect(
                    applied.receipt.firstRecord, lease.records.lowerBound, "the receipt's first record")
                try expect(applied.job.nextRecord, step.checkpoint, "the checkpoint after \(lease.records)")
                try expect(applied.job.state, step.state, "the state after \(lease.records)")
                try expect(try await bench.store.job(bench.job), applied.job, "the stored job")
            }
            try expect(try await bench.store.job(bench.job)?.counts.created, 9, "created")
            let receipts = try await bench.store.receipts(of: bench.job, from: 1, limit: 9)
            try expect(receipts.map(\.firstRecord), [1, 4, 7], "receipts in record order")
            try expect(try await fixture.rows("SELECT count(*) FROM customers"), [["9"]], "rows")
        },
        ConformanceCase("chunks of one job that are applied at the same time are each done once") { fixture in
            try await SampleTables.make(fixture)
            let bench = try await SharedBench(fixture, read: 40)
            for first in stride(from: 1, through: 31, by: 10) { try await bench.cut(first..<first + 10) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { try await workOff(bench) } }
                try await group.waitForAll()
            }
            let job = try await bench.store.job(bench.job)
            try expect(job?.state, .jobComplete, "the state")
            try expect(job?.counts.created, 40, "created")
            try expect(try await fixture.rows("SELECT count(*) FROM customers"), [["40"]], "rows")
        },
        ConformanceCase("an abort between lease and commit changes nothing but the job's state") { fixture in
            try await SampleTables.make(fixture)
            let bench = try await SharedBench(fixture, read: 6)
            try await bench.cut(1..<4)
            let lease = try await bench.lease(1..<4)
            _ = try await bench.store.change(bench.job, JobMachine.change(.abort, at: Bench.now))
            let aborted = try await bench.store.job(bench.job)
            try await expect(.jobMoved, "apply") { () throws(StoreError) in
                _ = try await lease.apply(bench.chunk(1..<4))
            }
            try expect(try await fixture.rows("SELECT count(*) FROM customers"), [["0"]], "rows")
            try expect(try await bench.store.receipts(of: bench.job, from: 1, limit: 9).count, 0, "receipts")
            try expect(try await bench.store.job(bench.job), aborted, "the job")
            try await bench.store.sweep(bench.job)
            try expect(try await bench.store.cutPlace(of: bench.job).openCount, 0, "open chunks once swept")
        },
        ConformanceCase("a chunk without a lease is not applied beside open ones") { fixture in
            try await SampleTables.make(fixture)
            let bench = try await SharedBench(fixture, read: 9)
            try await bench.cut(1..<4)
            for records in [1..<4, 4..<7] {
                try await expect(.jobMoved, "apply \(records)") { () throws(StoreError) in
                    _ = try await bench.store.apply(bench.chunk(records))
                }
            }
            _ = try await bench.lease(1..<4).apply(bench.chunk(1..<4))
            let applied = try await bench.store.apply(bench.chunk(4..<7))
            try expect(applied.job.nextRecord, 7, "the checkpoint")
            try expect(
                try await bench.store.cutPlace(of: bench.job), CutPlace(record: 7, openCount: 0), "the place")
        },
    ]

    /// Leases and applies until nothing is free.
    private static func workOff(_ bench: SharedBench) async throws {
        while let lease = try await bench.store.lease(bench.job) {
            _ = try await lease.apply(bench.chunk(lease.records))
        }
    }
}
