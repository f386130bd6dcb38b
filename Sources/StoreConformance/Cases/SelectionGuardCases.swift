import BulkModel
import Engine
import Formats
import Planning

/// A selection's chunk is applied where its job is, or not at all.
enum SelectionGuardCases {
    private static func bench(_ fixture: any StoreFixture, count: Int = 6) async throws -> SelectionBench {
        try await SelectionTables.fill(fixture, count: count)
        return try await SelectionBench(fixture, .update, .everything, set: ["status": "SENT"])
    }

    static let all = [
        ConformanceCase("a selection's chunk at another place than the checkpoint is refused") { fixture in
            let bench = try await bench(fixture)
            try await bench.apply(max: 2)
            for first in [1, 2, 4] {
                try await expect(.jobMoved, "record \(first)") { () throws(StoreError) in
                    try await bench.apply(first: first, after: .integer(2))
                }
            }
            try expect(try await bench.values("status"), "SENT SENT NEW NEW NEW NEW", "the rows")
            try expect(try await fixture.store.job(bench.job)?.nextRecord, 3, "the checkpoint")
        },
        ConformanceCase("a job that was stopped, or has ended, takes no more of its selection") { fixture in
            let bench = try await bench(fixture)
            try await bench.apply(max: 2)
            _ = try await fixture.store.change(bench.job) { job in
                job.state = .aborted
                return nil
            }
            try await expect(.jobMoved, "aborted") { () throws(StoreError) in
                try await bench.apply(first: 3, after: .integer(2))
            }
            let other = try await SelectionBench(fixture, .delete, .everything, job: "bulk-op-2")
            _ = try await other.walk(max: 10)
            try await expect(.jobMoved, "ended") { () throws(StoreError) in
                try await other.apply(first: 7, after: .integer(6))
            }
        },
        ConformanceCase("a selection's chunk of an unknown job is jobNotFound") { fixture in
            let bench = try await bench(fixture)
            let chunk = SelectionChunk(
                job: JobID("none"), plan: bench.plan, bound: bench.bound, firstRecord: 1, after: nil,
                recordsMax: 1, now: Bench.now, options: ChunkOptions())
            try await expect(.jobNotFound, "apply") { () throws(StoreError) in
                _ = try await fixture.store.apply(chunk)
            }
        },
        ConformanceCase("of many chunks at once at one place exactly one is applied") { fixture in
            let bench = try await bench(fixture)
            let applied = await withTaskGroup(of: StoreError.Code?.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        do throws(StoreError) {
                            try await bench.apply(max: 3)
                            return nil
                        } catch {
                            return error.code
                        }
                    }
                }
                return await group.reduce(into: [StoreError.Code?]()) { $0.append($1) }
            }
            try expect(applied.count { $0 == nil }, 1, "applied chunks")
            try expect(applied.count { $0 == .jobMoved }, 5, "refused chunks")
            try expect(try await fixture.store.job(bench.job)?.counts.updated, 3, "the count")
        },
    ]
}
