import BulkModel
import Planning
import Synchronization
import Testing

@testable import Engine

@Suite("Runner")
struct RunnerTests {
    /// Drains, letting back-offs pass, until the job has ended; gives the number of drains.
    @discardableResult
    static func run(_ job: Job, in fixture: EngineFixture, with runner: DataRunner? = nil) async -> Int {
        let runner = runner ?? DataRunner(core: fixture.engine.core)
        for round in 1...200 {
            await runner.drain()
            if fixture.stored(job).state.isTerminal { return round }
            fixture.time.advance(.seconds(10))
        }
        return 200
    }

    /// What must hold of a job whenever one looks.
    static func checkBooks(_ job: Job, in fixture: EngineFixture, _ place: SourceLocation = #_sourceLocation)
    {
        let job = fixture.stored(job)
        let receipts = fixture.store.state.withLock { $0.receipts[job.id] ?? [] }
        var next = 1
        for receipt in receipts {
            #expect(receipt.firstRecord == next, sourceLocation: place)
            next += receipt.recordCount
        }
        #expect(next == job.nextRecord, sourceLocation: place)
        let actions = receipts.flatMap(\.actions.runs)
        let failed = actions.filter { $0.action == .error }.reduce(0) { $0 + $1.count }
        #expect(failed == job.counts.failed, sourceLocation: place)
        #expect(failed == job.errorCounts.values.reduce(0, +), sourceLocation: place)
        #expect(job.counts.processed == next - 1, sourceLocation: place)
        #expect(
            job.counts.succeeded + job.counts.failed + job.counts.unprocessed == job.counts.read,
            sourceLocation: place)
    }

    @Test("completes a job, chunk by chunk, in record order")
    func completes() async throws {
        let fixture = try EngineFixture()
        let job = try await fixture.closedJob(EngineFixture.csv(95), chunkRecords: 20)
        await Self.run(job, in: fixture)
        let done = fixture.stored(job)
        #expect(done.state == .jobComplete)
        #expect(done.counts.created == 95)
        #expect(fixture.store.state.withLock { $0.applied.map(\.firstRecord) } == [1, 21, 41, 61, 81])
        #expect(fixture.store.state.withLock { $0.rows["items"]?.count } == 95)
        #expect(done.startedAt != nil && done.endedAt != nil)
        Self.checkBooks(job, in: fixture)
    }

    @Test("counts bad records and keeps the good ones around them")
    func keepsGoodRecords() async throws {
        let fixture = try EngineFixture()
        let job = try await fixture.closedJob("id,name\n1,a\nx,b\n1,c\n2,d,e\n3,f\n4,\n")
        await Self.run(job, in: fixture)
        let done = fixture.stored(job)
        #expect(done.counts.created == 2)
        #expect(done.errorCounts.values.reduce(0, +) == 4)
        #expect(done.errorCounts[.duplicateKey] == 1)
        #expect(done.errorCounts[.invalidValue] == 1)
        #expect(done.errorCounts[.malformedRecord] == 1)
        #expect(done.errorCounts[.missingValue] == 1)
        Self.checkBooks(job, in: fixture)
    }

    @Test("reads no records that are too large, and goes on behind them")
    func refusesLargeRecords() async throws {
        let fixture = try EngineFixture { $0.recordBytesMax = 64 }
        let long = String(repeating: "x", count: 500)
        let job = try await fixture.closedJob("id,name\n1,a\n2,\(long)\n3,c\n")
        await Self.run(job, in: fixture)
        #expect(fixture.stored(job).counts.created == 2)
        #expect(fixture.stored(job).errorCounts == [.recordTooLarge: 1])
        Self.checkBooks(job, in: fixture)
    }

    @Test("applies the rest of a batch when the store stopped early")
    func appliesPrefixes() async throws {
        let fixture = try EngineFixture()
        fixture.store.state.withLock { $0.applyMax = 7 }
        let job = try await fixture.closedJob(EngineFixture.csv(50), chunkRecords: 20)
        await Self.run(job, in: fixture)
        #expect(fixture.stored(job).counts.created == 50)
        let applied = fixture.store.state.withLock { $0.applied }
        #expect(applied.map(\.count) == [7, 7, 6, 7, 7, 6, 7, 3])
        Self.checkBooks(job, in: fixture)
    }

    @Test("two tenants and their jobs share the turns")
    func sharesTurns() async throws {
        let fixture = try EngineFixture()
        let big = try await fixture.closedJob(EngineFixture.csv(100), tenant: "a", chunkRecords: 10)
        let small = try await fixture.closedJob(
            EngineFixture.csv(20, from: 1000), tenant: "b", chunkRecords: 10)
        await Self.run(big, in: fixture)
        let turns = fixture.store.state.withLock { $0.applied.map(\.job) }
        #expect(fixture.stored(big).state == .jobComplete)
        #expect(fixture.stored(small).state == .jobComplete)
        #expect(turns.count == 12)
        #expect(turns.prefix(4).filter { $0 == small.id }.count == 2)
    }

    @Test("a restart goes on at the checkpoint, in the middle of a segment too")
    func restarts() async throws {
        let fixture = try EngineFixture()
        fixture.store.state.withLock { $0.applyMax = 7 }
        let job = try await fixture.closedJob(EngineFixture.csv(50), chunkRecords: 20)
        let first = DataRunner(core: fixture.engine.core)
        let task = Mutex<Bool>(false)
        fixture.store.beforeApply.withLock { hook in
            hook = { chunk in
                // The power goes in the middle of the third apply, and comes back for the second runner.
                let isDown = task.withLock { $0 }
                if chunk.firstRecord == 15, !isDown {
                    task.withLock { $0 = true }
                    fixture.store.state.withLock { $0.failures = [$0.calls + 1: StoreError(.busy, "down")] }
                }
            }
        }
        await first.drain()
        #expect(fixture.stored(job).nextRecord == 15)
        Self.checkBooks(job, in: fixture)
        await Self.run(job, in: fixture)
        #expect(fixture.stored(job).counts.created == 50)
        Self.checkBooks(job, in: fixture)
    }

    @Test("an abort takes effect at a chunk's edge; what was not reached is unprocessed")
    func aborts() async throws {
        let fixture = try EngineFixture()
        let job = try await fixture.closedJob(EngineFixture.csv(50), chunkRecords: 10)
        fixture.store.beforeApply.withLock { hook in
            hook = { chunk in
                guard chunk.firstRecord == 21 else { return }
                fixture.store.state.withLock { state in
                    guard let job = state.jobs[chunk.job] else { return }
                    var machine = JobMachine(job)
                    _ = machine.event(.abort, at: job.createdAt)
                    state.jobs[chunk.job] = machine.job
                }
            }
        }
        await Self.run(job, in: fixture)
        let ended = fixture.stored(job)
        #expect(ended.state == .aborted)
        #expect(ended.counts.created == 20)
        #expect(ended.counts.unprocessed == 30)
        Self.checkBooks(job, in: fixture)
    }

    @Test("a damaged upload fails the job at the damage; records before it are kept")
    func noticesDamage() async throws {
        let fixture = try EngineFixture()
        let job = try await fixture.closedJob(EngineFixture.csv(50), chunkRecords: 10)
        let path = fixture.engine.core.folder.upload(of: job.id)
        try Damage.flipByte(of: path, at: 500)
        await Self.run(job, in: fixture)
        let ended = fixture.stored(job)
        #expect(ended.state == .failed)
        #expect(ended.reason?.code == .uploadDamaged)
        #expect(ended.counts.created == 40)
        #expect(ended.reason?.message.contains("record 41") == true)
        Self.checkBooks(job, in: fixture)
    }

    @Test("a missing or cut upload fails the job", arguments: [nil, 100])
    func noticesMissingFile(size: Int?) async throws {
        let fixture = try EngineFixture()
        let job = try await fixture.closedJob(EngineFixture.csv(50), chunkRecords: 10)
        try Damage.cut(fixture.engine.core.folder.upload(of: job.id), to: size)
        await Self.run(job, in: fixture)
        #expect(fixture.stored(job).state == .failed)
        #expect(fixture.stored(job).reason?.code == .uploadDamaged)
        Self.checkBooks(job, in: fixture)
    }

    @Test("a store that fails on call 1, 2, 3 … never loses or doubles a record")
    func survivesFaults() async throws {
        for code in [StoreError.Code.busy, .full, .failed] {
            var call = 1
            var hasFailed = true
            while hasFailed {
                let fixture = try EngineFixture()
                fixture.store.state.withLock { $0.applyMax = 15 }
                let job = try await fixture.closedJob(EngineFixture.csv(45), chunkRecords: 20)
                let number = fixture.store.state.withLock { state in
                    state.failures = [state.calls + call: StoreError(code, "fault \(call)")]
                    return state.calls + call
                }
                await Self.run(job, in: fixture)
                hasFailed = fixture.store.state.withLock { $0.calls } >= number
                #expect(fixture.stored(job).state == .jobComplete, "\(code) on call \(call)")
                #expect(fixture.stored(job).counts.created == 45, "\(code) on call \(call)")
                #expect(fixture.stored(job).reason == nil)
                Self.checkBooks(job, in: fixture)
                call += 1
            }
            #expect(call > 10)
        }
    }

    @Test("says what a job waits for, and lets other jobs go on")
    func tellsTheWait() async throws {
        let fixture = try EngineFixture()
        let stuck = try await fixture.closedJob(EngineFixture.csv(20), tenant: "a")
        let other = try await fixture.closedJob(EngineFixture.csv(20, from: 100), tenant: "b")
        fixture.store.refused.withLock { $0[stuck.id] = StoreError(.full, "no room") }
        let runner = DataRunner(core: fixture.engine.core)
        await runner.drain()
        #expect(fixture.stored(other).state == .jobComplete)
        #expect(fixture.stored(stuck).state == .inProgress)
        #expect(fixture.stored(stuck).reason?.code == .serviceUnavailable)
        fixture.store.refused.withLock { $0 = [:] }
        await Self.run(stuck, in: fixture, with: runner)
        #expect(fixture.stored(stuck).state == .jobComplete)
        #expect(fixture.stored(stuck).reason == nil)
    }

    @Test("a store that fails for good fails the job after some tries")
    func givesUp() async throws {
        let fixture = try EngineFixture()
        let job = try await fixture.closedJob(EngineFixture.csv(20))
        fixture.store.beforeApply.withLock { hook in
            hook = { _ in
                fixture.store.state.withLock { $0.failures = [$0.calls + 1: StoreError(.failed, "broken")] }
            }
        }
        await Self.run(job, in: fixture)
        #expect(fixture.stored(job).state == .failed)
        #expect(fixture.stored(job).reason?.message == "broken")
        #expect(fixture.stored(job).counts.unprocessed == 20)
    }

    @Test("receipts with a gap fail the job instead of going on")
    func noticesGaps() async throws {
        let fixture = try EngineFixture()
        let job = try await fixture.closedJob(EngineFixture.csv(50))
        fixture.store.state.withLock { state in
            state.jobs[job.id]?.state = .inProgress
            state.jobs[job.id]?.nextRecord = 11
            state.jobs[job.id]?.counts.succeeded = 10
        }
        await Self.run(job, in: fixture)
        #expect(fixture.stored(job).state == .failed)
        #expect(fixture.stored(job).reason?.code == .internalError)
    }

    @Test("the service takes a job from close to its end without any timer, and ends when cancelled")
    func needsNoTimer() async throws {
        let fixture = try EngineFixture()
        let service = fixture.engine.makeRunner()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            let job = try await fixture.closedJob(EngineFixture.csv(10))
            let ended = try await fixture.engine.wait(for: job.id, by: fixture.caller, atMost: .seconds(30))
            #expect(ended.state == .jobComplete)
            group.cancelAll()
        }
    }
}
