import BulkModel
import Foundation
import Planning
import Synchronization
import Testing

@testable import Engine

@Suite("Streams without a reader")
struct StreamAloneTests {
    private func filled() throws -> EngineFixture {
        let fixture = try EngineFixture()
        fixture.fill(1...40)
        return fixture
    }

    /// Runs the service until the job has ended; gives the job.
    private func serve(_ job: Job, in fixture: EngineFixture) async throws -> Job {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await fixture.engine.makeRunner().run() }
            let ended = try await fixture.engine.wait(for: job.id, by: fixture.caller, atMost: .seconds(30))
            group.cancelAll()
            return ended
        }
    }

    @Test("the work stops at a chunk's edge once the reader has gone")
    func stopsWithItsReader() async throws {
        let fixture = try filled()
        let stream = try await fixture.begin()
        #expect(await StreamListener(leavesAt: 3).listen(to: stream) is StreamListener.Gone)
        #expect(fixture.stored(stream.job).nextRecord == 21)
        #expect(fixture.stored(stream.job).state == .inProgress)
        #expect(fixture.engine.core.streams.take() == nil)
    }

    @Test("a cancelled stream ends at a chunk's edge")
    func endsWhenCancelled() async throws {
        let fixture = try filled()
        let stream = try await fixture.begin()
        let listener = StreamListener { event in
            guard case .progress = event else { return }
            withUnsafeCurrentTask { $0?.cancel() }
        }
        let ended = await withTaskGroup(of: Bool.self) { group in
            group.addTask { await listener.listen(to: stream) is CancellationError }
            return await group.next()
        }
        #expect(ended == true)
        #expect(listener.lines.count == 10)
        #expect(fixture.stored(stream.job).nextRecord == 11)
    }

    @Test("goes on without its reader when the caller wishes so, and tells who comes back")
    func goesOnAlone() async throws {
        let fixture = try filled()
        fixture.store.state.withLock { $0.refusedKeys = ["33"] }
        let options = EngineFixture.options(runsOnAlone: true)
        let stream = try await fixture.begin(EngineFixture.renaming, options)
        let first = StreamListener(leavesAt: 3)
        #expect(await first.listen(to: stream) is StreamListener.Gone)
        let ended = try await serve(stream.job, in: fixture)
        #expect(ended.state == .jobComplete)
        #expect(ended.counts.failed == 1)
        let second = StreamListener()
        #expect(await second.listen(to: try await fixture.resume(stream.job, behind: 10)) == nil)
        #expect(second.lines.map(\.number) == Array(11...40))
        RunnerTests.checkBooks(stream.job, in: fixture)
    }

    @Test("a server that starts takes up what was to go on alone, and nothing else")
    func takesUpAtStart() async throws {
        let fixture = try filled()
        let options = EngineFixture.options(runsOnAlone: true)
        let alone = try await fixture.begin(EngineFixture.renaming(ids: [1, 2]), options)
        let other = try await fixture.begin()
        #expect(try await serve(alone.job, in: fixture).state == .jobComplete)
        #expect(fixture.stored(other.job).nextRecord == 1)
    }

    @Test("a command leaves the operations of others alone")
    func leavesOthersAlone() async throws {
        let fixture = try filled()
        let options = EngineFixture.options(runsOnAlone: true)
        let stream = try await fixture.begin(EngineFixture.renaming, options)
        let command = BulkEngine(
            store: fixture.store, limits: Limits(), uploads: fixture.folder.path, rules: [:],
            clock: WallClock { fixture.time.wall }, timing: fixture.time.timing,
            makeDigest: { LengthDigest() }, worksOnOwnJobsOnly: true, observe: { _ in })
        _ = try await StreamRunner(core: command.core).collect(Standstill())
        #expect(command.core.streams.take() == nil)
        _ = try await command.resume(stream.job.id, behind: 0, table: "items", as: nil, by: fixture.caller)
        _ = try await StreamRunner(core: command.core).collect(Standstill())
        #expect(command.core.streams.take()?.job == stream.job.id)
    }

    @Test("a busy store is waited for; an operation that has ended is left")
    func waitsForTheStore() async throws {
        let fixture = try filled()
        fixture.time.sleepsPass.withLock { $0 = true }
        let stream = try await fixture.begin(
            EngineFixture.renaming, EngineFixture.options(runsOnAlone: true))
        let errand = StreamDesk.Errand(
            job: stream.job.id, options: EngineFixture.options(runsOnAlone: true), failedBefore: 0)
        let runner = StreamRunner(core: fixture.engine.core)
        fixture.store.refused.withLock { $0[stream.job.id] = StoreError(.busy, "locked") }
        #expect(await runner.run(errand))
        fixture.store.refused.withLock { $0 = [:] }
        #expect(await !runner.run(errand))
        #expect(fixture.stored(stream.job).state == .jobComplete)
        #expect(await !runner.run(errand))
    }

    @Test("an operation that stopped at an error is not run on alone")
    func staysStopped() async throws {
        let fixture = try filled()
        fixture.store.state.withLock { $0.refusedKeys = ["15"] }
        let stream = try await fixture.begin(
            EngineFixture.renaming, EngineFixture.options(errorsMax: 1, runsOnAlone: true))
        // Gone when the summary comes.
        #expect(await StreamListener(leavesAt: 5).listen(to: stream) is StreamListener.Gone)
        #expect(fixture.stored(stream.job).nextRecord == 15)
        #expect(fixture.engine.core.streams.take() == nil)
    }
}
