import BulkModel
import Formats
import Planning
import Synchronization
import Testing

@testable import Engine

@Suite("Streams when things fail")
struct StreamFaultTests {
    /// Begins, and resumes behind the last line whenever the stream breaks off, until its summary comes.
    private func readAll(_ fixture: EngineFixture, _ request: SelectionRequest) async throws
        -> [StreamListener.Line]
    {
        var lines: [StreamListener.Line] = []
        var job: Job?
        for _ in 1...20 {
            do {
                let stream: OutcomeStream
                if let job {
                    stream = try await fixture.resume(job, behind: lines.count)
                } else {
                    stream = try await fixture.begin(request, EngineFixture.options(chunk: 5))
                }
                job = stream.job
                let listener = StreamListener()
                let ended = await listener.listen(to: stream)
                lines += listener.lines
                if ended == nil { return lines }
                #expect(ended is Refusal)
                #expect(listener.summary == nil)
            } catch {
                // Refused before the first line: asked again.
            }
        }
        Issue.record("the stream never came to its end")
        return lines
    }

    @Test("a store that fails on call 1, 2, 3 …: the streams together tell each record once, in order")
    func survivesFaults() async throws {
        for code in [StoreError.Code.busy, .full, .failed] {
            for isListed in [false, true] {
                var call = 1
                var hasFailed = true
                while hasFailed {
                    let fixture = try EngineFixture()
                    fixture.time.sleepsPass.withLock { $0 = true }
                    fixture.fill(1...17)
                    fixture.store.state.withLock { $0.failures = [call: StoreError(code, "fault \(call)")] }
                    let request =
                        isListed ? EngineFixture.renaming(ids: Array(1...17)) : EngineFixture.renaming
                    let lines = try await readAll(fixture, request)
                    #expect(lines == StreamTests.lines(1...17), "\(code) on call \(call)")
                    #expect(fixture.keys(named: "new") == Array(1...17))
                    hasFailed = fixture.store.state.withLock { $0.calls } >= call
                    call += 1
                }
                #expect(call > 7)
            }
        }
    }

    @Test("readers that leave at event 1, 2, 3 …: the streams together tell each record once, in order")
    func survivesLeaving() async throws {
        for leavesAt in 1...9 {
            let fixture = try EngineFixture()
            fixture.fill(1...17)
            let first = StreamListener(leavesAt: leavesAt)
            let stream = try await fixture.begin(EngineFixture.renaming, EngineFixture.options(chunk: 5))
            #expect(await first.listen(to: stream) is StreamListener.Gone)
            let second = StreamListener()
            let resumed = try await fixture.resume(stream.job, behind: first.lines.count)
            #expect(await second.listen(to: resumed) == nil)
            #expect(first.lines + second.lines == StreamTests.lines(1...17))
            #expect(fixture.store.state.withLock { $0.applied.map(\.count).reduce(0, +) } == 17)
        }
    }

    @Test("a chunk that committed though its call failed is told from its receipt, and not done again")
    func noticesCommittedChunks() async throws {
        let fixture = try EngineFixture()
        fixture.time.sleepsPass.withLock { $0 = true }
        fixture.fill(1...20)
        let stream = try await fixture.begin()
        let hasFailed = Mutex(false)
        fixture.store.afterSelection.withLock { hook in
            hook = { chunk in
                let isFirst = hasFailed.withLock { flag in
                    defer { flag = true }
                    return !flag
                }
                return isFirst ? StoreError(.busy, "connection lost at commit") : nil
            }
        }
        let listener = StreamListener()
        #expect(await listener.listen(to: stream) == nil)
        #expect(listener.lines == StreamTests.lines(1...20))
        RunnerTests.checkBooks(stream.job, in: fixture)
    }

    @Test("a store that stays away ends the stream for now; the cursor resumes it")
    func givesUpForNow() async throws {
        let fixture = try EngineFixture()
        fixture.time.sleepsPass.withLock { $0 = true }
        fixture.fill(1...20)
        let stream = try await fixture.begin()
        let listener = StreamListener { event in
            guard case .progress = event else { return }
            fixture.store.refused.withLock { $0[stream.job.id] = StoreError(.busy, "locked") }
        }
        let begin = fixture.time.timing.elapsed()
        let ended = await listener.listen(to: stream) as? Refusal
        #expect(ended?.code == .serviceUnavailable)
        #expect(fixture.time.timing.elapsed() - begin > .seconds(20))
        #expect(fixture.stored(stream.job).state == .inProgress)
        fixture.store.refused.withLock { $0 = [:] }
        let again = StreamListener()
        #expect(await again.listen(to: try await fixture.resume(stream.job, behind: 10)) == nil)
        #expect(listener.lines + again.lines == StreamTests.lines(1...20))
    }

    @Test("receipts with a gap break the stream off")
    func noticesGaps() async throws {
        let fixture = try EngineFixture()
        fixture.fill(1...30)
        let stream = try await fixture.begin()
        await StreamListener().listen(to: stream)
        fixture.store.state.withLock { _ = $0.receipts[stream.job.id]?.remove(at: 1) }
        let listener = StreamListener()
        let ended = await listener.listen(to: try await fixture.resume(stream.job, behind: 0)) as? Refusal
        #expect(ended?.code == .internalError)
        #expect(listener.lines == StreamTests.lines(1...10))
    }

    @Test("a store that gives the last record of a chunk again breaks the stream off")
    func noticesRepeatedKeys() async throws {
        let fixture = try EngineFixture()
        fixture.fill(1...30)
        fixture.store.state.withLock { $0.repeatsKeys = true }
        let listener = StreamListener()
        let ended = await listener.listen(to: try await fixture.begin()) as? Refusal
        #expect(ended?.code == .internalError)
        #expect(listener.lines == StreamTests.lines(1...10))
        let faults = fixture.observed.withLock { $0 }.filter {
            if case .serviceFault = $0 { true } else { false }
        }
        #expect(faults.count == 1)
    }

    @Test("a request that was damaged where it is kept is no other request")
    func noticesDamage() async throws {
        let fixture = try EngineFixture()
        let stream = try await fixture.begin()
        fixture.store.state.withLock { $0.requests[stream.job.id] = Array("{\"version\":2}".utf8) }
        #expect(await refusal { try await fixture.resume(stream.job, behind: 0) }?.code == .internalError)
    }
}
