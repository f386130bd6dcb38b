import BulkModel
import Planning
import Synchronization
import Testing

@testable import Engine

@Suite("Streams that stopped")
struct StreamStopTests {
    private func filled(refusing keys: Set<String>) throws -> EngineFixture {
        let fixture = try EngineFixture()
        fixture.fill(1...40)
        fixture.store.state.withLock { $0.refusedKeys = keys }
        return fixture
    }

    private static func options(errorsMax: Int?) -> StreamOptions {
        EngineFixture.options(errorsMax: errorsMax, runsOnAlone: true)
    }

    /// What a server that starts would run alone.
    private func takenUp(in fixture: EngineFixture) async throws -> StreamDesk.Errand? {
        let core = fixture.engine.core
        _ = try await StreamRunner(core: core).collect(Standstill())
        let errand = core.streams.take()
        if let errand { core.streams.finish(errand.job) }
        return errand
    }

    @Test("an operation that stopped at an error says so, and no server takes it up before it is resumed")
    func restsUntilResumed() async throws {
        let fixture = try filled(refusing: ["15"])
        let stream = try await fixture.begin(EngineFixture.renaming, Self.options(errorsMax: 1))
        let listener = StreamListener()
        #expect(await listener.listen(to: stream) == nil)
        let reason = try #require(listener.summary?.job.reason)
        #expect(reason.code == .checkViolation)
        #expect(
            reason.message
                == "It stopped before record 15 at CHECK_VIOLATION; resume it with its cursor, or abort it.")
        #expect(fixture.stored(stream.job).reason == reason)
        #expect(try await takenUp(in: fixture) == nil)
        let again = try await fixture.resume(stream.job, behind: 14)
        #expect(await StreamListener(leavesAt: 1).listen(to: again) is StreamListener.Gone)
        #expect(fixture.stored(stream.job).reason == reason)
        #expect(try await takenUp(in: fixture) == nil)
        fixture.store.state.withLock { $0.refusedKeys = [] }
        #expect(await StreamListener().listen(to: try await fixture.resume(stream.job, behind: 14)) == nil)
        #expect(fixture.stored(stream.job).state == .jobComplete)
        #expect(fixture.stored(stream.job).reason == nil)
    }

    @Test("who resumes lets it go on alone again, even when nothing more is committed before he has gone")
    func goesOnOnceResumed() async throws {
        let fixture = try filled(refusing: ["15"])
        fixture.time.sleepsPass.withLock { $0 = true }
        let stream = try await fixture.begin(EngineFixture.renaming, Self.options(errorsMax: 1))
        await StreamListener().listen(to: stream)
        fixture.store.refused.withLock { $0[stream.job.id] = StoreError(.busy, "locked") }
        let ended = await StreamListener().listen(to: try await fixture.resume(stream.job, behind: 14))
        #expect((ended as? Refusal)?.code == .serviceUnavailable)
        #expect(fixture.stored(stream.job).reason == nil)
        #expect(try await takenUp(in: fixture)?.job == stream.job.id)
    }

    @Test("an error count is not begun anew by who goes on without the reader")
    func handsOverErrors() async throws {
        let fixture = try filled(refusing: ["5", "25", "35"])
        let runner = StreamRunner(core: fixture.engine.core)
        let stream = try await fixture.begin(EngineFixture.renaming, Self.options(errorsMax: 3))
        #expect(await StreamListener(leavesAt: 3).listen(to: stream) is StreamListener.Gone)
        let errand = try #require(fixture.engine.core.streams.take())
        #expect(await !runner.run(errand))
        #expect(fixture.stored(stream.job).nextRecord == 35)
        #expect(fixture.stored(stream.job).reason?.code == .checkViolation)
        #expect(await !runner.run(errand))
        #expect(fixture.stored(stream.job).nextRecord == 35)
        fixture.engine.core.streams.finish(stream.job.id)
        // A new stream has three errors of its own, and so has who goes on behind it.
        fixture.store.state.withLock { $0.refusedKeys = ["35", "36"] }
        let resumed = try await fixture.resume(stream.job, behind: 20)
        #expect(await StreamListener(leavesAt: 1).listen(to: resumed) is StreamListener.Gone)
        #expect(await !runner.run(try #require(fixture.engine.core.streams.take())))
        #expect(fixture.stored(stream.job).state == .jobComplete)
        #expect(fixture.stored(stream.job).counts.failed == 4)
        RunnerTests.checkBooks(stream.job, in: fixture)
    }

    @Test("who takes it up after a restart counts the errors from its beginning")
    func countsFromTheBeginning() async throws {
        let fixture = try filled(refusing: ["5", "25", "35"])
        let stream = try await fixture.begin(EngineFixture.renaming, Self.options(errorsMax: 2))
        await StreamListener(leavesAt: 3).listen(to: stream)
        #expect(fixture.engine.core.streams.take() != nil)
        fixture.engine.core.streams.finish(stream.job.id)
        let errand = try #require(try await takenUp(in: fixture))
        #expect(await !StreamRunner(core: fixture.engine.core).run(errand))
        #expect(fixture.stored(stream.job).nextRecord == 25)
    }

    @Test("what fails without a reader is noted beside the operation, and not tried again and again")
    func notesFailures() async throws {
        let fixture = try filled(refusing: [])
        let stream = try await fixture.begin(EngineFixture.renaming, Self.options(errorsMax: nil))
        await StreamListener(leavesAt: 3).listen(to: stream)
        fixture.store.state.withLock { _ = $0.receipts[stream.job.id]?.removeLast() }
        let errand = try #require(fixture.engine.core.streams.take())
        #expect(await !StreamRunner(core: fixture.engine.core).run(errand))
        fixture.engine.core.streams.finish(stream.job.id)
        #expect(fixture.stored(stream.job).reason?.code == .internalError)
        #expect(try await takenUp(in: fixture) == nil)
    }

    @Test("a resume that a server without a reader would not keep to is refused")
    func staysAsBegun() async throws {
        let fixture = try filled(refusing: [])
        let cases: [(begun: StreamOptions, resumed: StreamOptions, isAllowed: Bool)] = [
            (Self.options(errorsMax: 5), EngineFixture.options(errorsMax: 5), false),
            (EngineFixture.options(), Self.options(errorsMax: nil), false),
            (Self.options(errorsMax: nil), Self.options(errorsMax: 1), false),
            (Self.options(errorsMax: 5), Self.options(errorsMax: 4), false),
            (Self.options(errorsMax: 5), Self.options(errorsMax: 6), true),
            (Self.options(errorsMax: 5), Self.options(errorsMax: nil), true),
            (
                Self.options(errorsMax: nil), EngineFixture.options(recordsMax: 90, runsOnAlone: true), false
            ),
            (EngineFixture.options(), EngineFixture.options(errorsMax: 1, recordsMax: 90), true),
        ]
        for (begun, options, isAllowed) in cases {
            let job = try await fixture.begin(EngineFixture.renaming, begun).job
            let refused = await refusal {
                try await fixture.resume(job, behind: 0, as: (EngineFixture.renaming, options))
            }
            #expect(refused?.issue == (isAllowed ? nil : "other_request"), "\(begun) \(options)")
            #expect(await refusal { try await fixture.resume(job, behind: 0) } == nil)
        }
    }

    @Test("an operation that has ended is told again, however it is resumed")
    func tellsEnded() async throws {
        let fixture = try filled(refusing: [])
        let stream = try await fixture.begin(EngineFixture.renaming, Self.options(errorsMax: nil))
        await StreamListener().listen(to: stream)
        let listener = StreamListener()
        let request = (EngineFixture.renaming, EngineFixture.options(errorsMax: 1))
        #expect(
            await listener.listen(to: try await fixture.resume(stream.job, behind: 0, as: request)) == nil)
        #expect(listener.lines == StreamTests.lines(1...40))
    }
}
