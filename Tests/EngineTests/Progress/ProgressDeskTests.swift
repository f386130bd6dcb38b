import BulkModel
import Synchronization
import Testing

@testable import Engine

@Suite("Listening to a job's progress")
struct ProgressDeskTests {
    private let time = ManualTime()
    private let store = MemoryStore(tables: [])

    private func core(listenersMax: Int = 500) -> EngineCore {
        var limits = Limits()
        limits.progressListenersMax = listenersMax
        return EngineCore(
            store: store, limits: limits, folder: UploadFolder(root: "/nowhere"), rules: [:],
            clock: WallClock { [time] in time.wall }, timing: time.timing, makeDigest: { LengthDigest() },
            observe: { _ in }, ownJobs: nil)
    }

    private func job(_ id: String = "bulk-job-1", tenant: String = "a") -> Job {
        let spec = JobSpec(
            tenant: TenantID(tenant), dialect: "batch-operations", operation: .insert, table: "t")
        var job = Job(id: JobID(id), spec: spec, state: .inProgress, createdAt: time.wall)
        job.counts.read = 1000
        job.startedAt = time.wall
        store.state.withLock { $0.jobs[job.id] = job }
        return job
    }

    private func advance(_ job: Job, to processed: Int) {
        store.state.withLock { state in
            state.jobs[job.id]?.counts.succeeded = processed
            if processed == 1000 {
                state.jobs[job.id]?.state = .jobComplete
                state.jobs[job.id]?.endedAt = time.wall
            }
        }
    }

    @Test("Who comes is told at once where the job stands")
    func snapshot() async throws {
        let job = job()
        let listener = try ProgressDesk(core: core()).open(job)
        let told = try await listener.next(after: 0, atMost: .seconds(15))
        #expect(told?.job == job)
        #expect(store.state.withLock { $0.calls } == 0)
    }

    @Test("Without a change nothing is told, and the job is looked at no more often than the interval says")
    func silence() async throws {
        time.sleepsPass.withLock { $0 = true }
        let desk = ProgressDesk(core: core())
        let listener = try desk.open(job())
        let version = try await listener.next(after: 0, atMost: .seconds(15))?.version ?? 0
        #expect(try await listener.next(after: version, atMost: .seconds(15)) == nil)
        #expect((55...61).contains(store.state.withLock { $0.calls }))
    }

    @Test("A change is told once it is found, the changes in between are passed over")
    func change() async throws {
        time.sleepsPass.withLock { $0 = true }
        let job = job()
        let listener = try ProgressDesk(core: core()).open(job)
        var version = 0
        for processed in [10, 20, 1000] {
            advance(job, to: processed - 5)
            advance(job, to: processed)
            if processed == 10 {
                version = try await listener.next(after: 0, atMost: .seconds(1))?.version ?? 0
            }
            let told = try await listener.next(after: version, atMost: .seconds(15))
            #expect(told?.job.counts.processed == processed)
            version = told?.version ?? 0
        }
        #expect(try await listener.next(after: version - 1, atMost: .seconds(1))?.job.state == .jobComplete)
    }

    @Test("Two hundred listeners cost as many looks as one, and all are told the end")
    func shared() async throws {
        let core = core()
        let desk = ProgressDesk(core: core)
        let job = job()
        let listeners = try (0..<200).map { _ in try desk.open(job) }
        let started = Tally()
        let ends = try await withThrowingTaskGroup(of: Int.self) { group in
            for listener in listeners {
                group.addTask {
                    var version = 0
                    while let told = try await listener.next(after: version, atMost: .seconds(60)) {
                        if version == 0 { started.add() }
                        version = told.version
                        if told.job.state.isTerminal { return told.job.counts.processed }
                    }
                    return -1
                }
            }
            while started.value < 200 { await Task.yield() }
            advance(job, to: 1000)
            // Past the interval, so that the look that follows is due; then whoever looks is woken by the job's end.
            time.advance(.seconds(1))
            while !group.isEmpty, store.state.withLock({ $0.calls }) == 0 {
                core.signals.notify(.ended(job.id))
                await Task.yield()
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(ends == Array(repeating: 1000, count: 200))
        #expect(store.state.withLock { $0.calls } <= 3)
    }

    @Test("When the one that looks leaves, another goes on", arguments: 1...20)
    func handOver(round: Int) async throws {
        let core = core()
        let desk = ProgressDesk(core: core)
        let job = job()
        let leaver = try desk.open(job)
        let stayer = try desk.open(job)
        let first = try await leaver.next(after: 0, atMost: .seconds(60))?.version ?? 0
        let told = try await withThrowingTaskGroup(of: Job?.self) { group in
            group.addTask {
                try await withThrowingTaskGroup(of: Void.self) { inner in
                    inner.addTask { _ = try await leaver.next(after: first, atMost: .seconds(60)) }
                    for _ in 0..<round { await Task.yield() }
                    inner.cancelAll()
                    try await inner.waitForAll()
                }
                return nil
            }
            group.addTask { try await stayer.next(after: first, atMost: .seconds(60))?.job }
            let gone = try await group.next()
            #expect(gone == .some(nil))
            advance(job, to: 1000)
            time.advance(.seconds(1))
            let watch = Tally()
            group.addTask {
                while watch.value == 0, !Task.isCancelled {
                    core.signals.notify(.ended(job.id))
                    await Task.yield()
                }
                return nil
            }
            let told = try await group.next() ?? nil
            watch.add()
            group.cancelAll()
            return told
        }
        #expect(told?.state == .jobComplete)
    }

    @Test("A tenant has only so many listeners; who leaves makes room")
    func limit() async throws {
        let desk = ProgressDesk(core: core(listenersMax: 2))
        let job = job()
        let other = self.job("bulk-job-2", tenant: "b")
        let first = try desk.open(job)
        var second: ProgressListener? = try desk.open(job)
        #expect(throws: Refusal.self) { try desk.open(job) }
        let foreign = try desk.open(other)
        #expect(second != nil)
        second = nil
        let third = try desk.open(job)
        withExtendedLifetime((first, third, foreign)) {}
    }

    @Test("A database that is busy for a while is waited for, one that is broken is told")
    func failures() async throws {
        time.sleepsPass.withLock { $0 = true }
        let job = job()
        let listener = try ProgressDesk(core: core()).open(job)
        let version = try await listener.next(after: 0, atMost: .seconds(1))?.version ?? 0
        store.state.withLock { $0.failures = [1: StoreError(.busy, "busy"), 2: StoreError(.busy, "busy")] }
        advance(job, to: 7)
        #expect(try await listener.next(after: version, atMost: .seconds(15))?.job.counts.processed == 7)
        store.state.withLock { $0.failures = [$0.calls + 1: StoreError(.unusable, "broken")] }
        await #expect(throws: Refusal.self) {
            try await listener.next(after: version + 1, atMost: .seconds(15))
        }
    }
}
