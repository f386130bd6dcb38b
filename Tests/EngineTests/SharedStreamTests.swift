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
