import BulkModel
import Planning
import Synchronization
import Testing

@testable import Engine

@Suite("Streams over a shared store")
struct SharedStreamTests {
    @Test("readers on two nodes tell every record each; an operation is resumed where its node died")
    func sharesNodes() async throws {
        let nodes = try Nodes(2)
        let (one, two) = (nodes.fixtures[0], nodes.fixtures[1])
        one.fill(1...40)
        let stream = try await one.begin()
        let (a, b) = (StreamListener { _ in await Task.yield() }, StreamListener { _ in await Task.yield() })
        async let first = a.listen(to: stream)
        #expect(await b.listen(to: try await two.resume(stream.job, behind: 0)) == nil)
        #expect(await first == nil)
        #expect(a.lines == StreamTests.lines(1...40) && b.lines == a.lines)

        let other = try await one.begin(EngineFixture.renaming(ids: Array(1...25)))
        let dying = StreamListener { event in
            guard case .progress(let progress) = event, progress.record == 10 else { return }
            one.time.sleepsPass.withLock { $0 = true }
            one.node?.kill()
        }
        #expect((await dying.listen(to: other) as? Refusal)?.code == .serviceUnavailable)
        let next = StreamListener()
        #expect(await next.listen(to: try await two.resume(other.job, behind: 10)) == nil)
        #expect((dying.lines + next.lines).map(\.number) == Array(1...25))
    }

    @Test("a node takes over what stands still since it looked last, for the node that was at it has died")
    func takesOver() async throws {
        let nodes = try Nodes(2)
        let (one, two) = (nodes.fixtures[0], nodes.fixtures[1])
        one.fill(1...40)
        let (runner, desk) = (StreamRunner(core: two.engine.core), two.engine.core.streams)
        var standstill = try await runner.collect(Standstill())
        let options = EngineFixture.options(runsOnAlone: true)
        let alone = try await one.begin(EngineFixture.renaming, options)
        let other = try await one.begin(EngineFixture.renaming)
        standstill = try await runner.collect(standstill)
        #expect(desk.take() == nil)
        await StreamListener(leavesAt: 3).listen(to: alone)
        await StreamListener(leavesAt: 1).listen(to: other)
        one.node?.kill()
        standstill = try await runner.collect(standstill)
        #expect(desk.take() == nil)
        standstill = try await runner.collect(standstill)
        let errand = try #require(desk.take())
        #expect(errand.job == alone.job.id)
        #expect(desk.take() == nil)
        #expect(await !runner.run(errand))
        #expect(two.stored(alone.job).state == .jobComplete)
        nodes.checkBooks(alone.job)
    }

    @Test("looks for such operations now and then, as long as it runs")
    func looksAgain() async throws {
        let nodes = try Nodes(2)
        let (one, two) = (nodes.fixtures[0], nodes.fixtures[1])
        one.fill(1...40)
        one.time.sleepsPass.withLock { $0 = true }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await StreamRunner(core: two.engine.core).run() }
            while one.store.state.withLock({ $0.calls }) == 0 { await Task.yield() }
            let stream = try await one.begin(EngineFixture.renaming, EngineFixture.options(runsOnAlone: true))
            one.node?.kill()
            while !two.stored(stream.job).state.isTerminal { await Task.yield() }
            group.cancelAll()
        }
        #expect(two.keys(named: "new") == Array(1...40))
    }

    @Test("workers of uploads leave operations alone")
    func areNoUploads() async throws {
        let nodes = try Nodes(1)
        nodes.first.fill(1...5)
        let stream = try await nodes.first.begin()
        await nodes.drain()
        #expect(nodes.first.stored(stream.job).nextRecord == 1)
        #expect(nodes.first.stored(stream.job).state == .inProgress)
    }
}
