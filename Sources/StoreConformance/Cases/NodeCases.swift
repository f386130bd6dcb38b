import BulkModel
import Engine

/// Between nodes: locks that one has at a time, and signals.
enum NodeCases {
    static let all = [
        ConformanceCase("a lock is had by one at a time, and each name is another lock") { fixture in
            let store = try SharedBench.store(fixture)
            let name = NodeLockName.upload(JobID("a"))
            let lock = try await store.lock(name)
            try expect(lock?.isHeld, true, "held")
            try expect(try await store.lock(name) == nil, "not twice")
            let others = [NodeLockName.upload(JobID("b")), .query(JobID("a"))]
            for other in others { try await store.lock(other)?.release() }
            await lock?.release()
            await lock?.release()
            try expect(lock?.isHeld, false, "held after its release")
            let again = try await store.lock(name)
            try expect(again?.isHeld, true, "had again")
            await again?.release()
        },
        ConformanceCase("other names' locks are had beside each other") { fixture in
            let store = try SharedBench.store(fixture)
            let names = [NodeLockName.upload(JobID("a")), .upload(JobID("b")), .query(JobID("a"))]
            var locks: [any NodeLock] = []
            for name in names { if let lock = try await store.lock(name) { locks.append(lock) } }
            try expect(locks.map(\.isHeld), [true, true, true], "held")
            for lock in locks { await lock.release() }
        },
        ConformanceCase("who listens hears of work and of ends") { fixture in
            let store = try SharedBench.store(fixture)
            let (heard, deliver) = AsyncStream.makeStream(of: JobSignals.Topic.self)
            let missing = await withTaskGroup(of: Void.self) { group in
                group.addTask { await store.listen { deliver.yield($0) } }
                group.addTask {
                    await Self.endJobs(of: store)
                    deliver.finish()
                }
                var missing: Set<String> = ["work", "ended"]
                for await topic in heard {
                    if case .work = topic { missing.remove("work") } else { missing.remove("ended") }
                    if missing.isEmpty { break }
                }
                group.cancelAll()
                return missing
            }
            try expect(missing, [], "what was not heard of")
        },
    ]

    /// Closes and aborts one job after another: who listens may not have begun yet, so it is said again and
    /// again.
    private static func endJobs(of store: any SharedStore) async {
        for number in 0..<2000 where !Task.isCancelled {
            let job = Bench.job("job-\(number)", operation: .query, state: .open)
            // A failure shows in the signals that never come.
            try? await store.insert(job, activeMax: 1)
            for event in [JobEvent.close, .abort] {
                _ = try? await store.change(job.id, JobMachine.change(event, at: Bench.now))
            }
        }
    }
}
