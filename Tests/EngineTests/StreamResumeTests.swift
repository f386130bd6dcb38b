import BulkModel
import Formats
import Planning
import Synchronization
import Testing

@testable import Engine

@Suite("Streams resumed")
struct StreamResumeTests {
    /// Ids with two unknown ones among them, and some that the table refuses.
    private static let ids = Array(1...20) + [98, 99] + Array(21...33)

    private func filled() throws -> EngineFixture {
        let fixture = try EngineFixture()
        fixture.fill(1...40)
        fixture.store.state.withLock { $0.refusedKeys = ["7", "12"] }
        return fixture
    }

    @Test("from every record and at every stage, tells just what is behind it", arguments: [false, true])
    func resumesAnywhere(isListed: Bool) async throws {
        let request = isListed ? EngineFixture.renaming(ids: Self.ids) : EngineFixture.renaming
        let whole = StreamListener()
        let reference = try filled()
        #expect(await whole.listen(to: try await reference.begin(request)) == nil)
        let lines = whole.lines
        for leavesAt in [2, 3, 4, 9, 99] {
            for record in 0...lines.count {
                let fixture = try filled()
                let stream = try await fixture.begin(request)
                await StreamListener(leavesAt: leavesAt).listen(to: stream)
                let committed = fixture.stored(stream.job).nextRecord - 1
                guard record <= committed else { break }
                let resumed = try await fixture.resume(stream.job, behind: record)
                #expect(resumed.isResumed && resumed.behind == record)
                #expect(resumed.recordCount == lines.count - record)
                let listener = StreamListener()
                #expect(await listener.listen(to: resumed) == nil)
                #expect(listener.lines == Array(lines[record...]), "behind \(record), \(committed) committed")
                for progress in listener.progress {
                    let told = lines[..<progress.record]
                    #expect(progress.counts.processed == progress.record)
                    #expect(progress.counts.failed == told.count { $0.action == .error })
                    #expect(progress.counts.updated == told.count { $0.action == .updated })
                    #expect((progress.percentage == 100) == (progress.record == lines.count))
                }
                #expect(listener.summary?.job.counts == whole.summary?.job.counts)
                #expect(listener.summary?.job.errorCounts == whole.summary?.job.errorCounts)
            }
        }
    }

    @Test("from every cursor that was ever sent, with the same request or the cursor alone")
    func resumesAtCursors() async throws {
        let fixture = try filled()
        let options = EngineFixture.options(chunk: 7, recordsMax: 40)
        let stream = try await fixture.begin(EngineFixture.renaming, options)
        let whole = StreamListener()
        #expect(await whole.listen(to: stream) == nil)
        for progress in whole.progress {
            for request in [nil, (EngineFixture.renaming, options)] {
                let listener = StreamListener()
                let resumed = try await fixture.resume(stream.job, behind: progress.record, as: request)
                #expect(await listener.listen(to: resumed) == nil)
                #expect(listener.lines == Array(whole.lines[progress.record...]))
                #expect(listener.summary?.job.state == .jobComplete)
            }
        }
    }

    @Test("a record that began to match behind the reader is done, one made later is left alone")
    func keepsTheBound() async throws {
        let fixture = try EngineFixture()
        fixture.fill(1...20)
        fixture.fill(25...25, name: "other")
        let stream = try await fixture.begin()
        await StreamListener(leavesAt: 2).listen(to: stream)
        fixture.fill(25...26)
        let listener = StreamListener()
        #expect(await listener.listen(to: try await fixture.resume(stream.job, behind: 10)) == nil)
        #expect(listener.lines.map(\.key) == (11...20).map { String($0) } + ["25"])
    }

    @Test("two streams of one operation side by side tell every record each, and change it once")
    func sharesAnOperation() async throws {
        let fixture = try filled()
        let first = try await fixture.begin(EngineFixture.renaming, EngineFixture.options(chunk: 3))
        let second = try await fixture.resume(first.job, behind: 0)
        let (a, b) = (StreamListener { _ in await Task.yield() }, StreamListener { _ in await Task.yield() })
        async let listened = a.listen(to: first)
        #expect(await b.listen(to: second) == nil)
        #expect(await listened == nil)
        #expect(a.lines == b.lines)
        #expect(a.lines.map(\.number) == Array(1...40))
        let applied = fixture.store.state.withLock { $0.applied.map(\.count) }
        #expect(applied.reduce(0, +) == 40)
        RunnerTests.checkBooks(first.job, in: fixture)
    }

    @Test("one that is overtaken tells what the other one did, and goes on")
    func isOvertaken() async throws {
        let fixture = try filled()
        let first = try await fixture.begin()
        let other = StreamListener(leavesAt: 5)
        let listener = StreamListener { event in
            guard case .progress(let progress) = event, progress.record == 10 else { return }
            await other.listen(to: try await fixture.resume(first.job, behind: 5))
        }
        #expect(await listener.listen(to: first) == nil)
        #expect(listener.lines.map(\.number) == Array(1...40))
        #expect(other.lines.map(\.number) == Array(6...20))
    }

    @Test("another request is refused, other options are taken over")
    func comparesRequests() async throws {
        let fixture = try filled()
        let stream = try await fixture.begin()
        await StreamListener(leavesAt: 3).listen(to: stream)
        var other = EngineFixture.renaming
        other.updates = [.init("name", "newer")]
        let refused = await refusal {
            try await fixture.resume(stream.job, behind: 10, as: (other, EngineFixture.options()))
        }
        #expect(refused?.issue == "other_request")
        let dry = await refusal {
            try await fixture.resume(
                stream.job, behind: 10, as: (EngineFixture.renaming, EngineFixture.options(isDryRun: true)))
        }
        #expect(dry?.issue == "other_request")
        let tooMany = await refusal {
            try await fixture.resume(
                stream.job, behind: 10, as: (EngineFixture.renaming, EngineFixture.options(recordsMax: 39)))
        }
        #expect(tooMany?.issue == "max_affected")
        let listener = StreamListener()
        let options = EngineFixture.options(chunk: 4)
        await listener.listen(
            to: try await fixture.resume(stream.job, behind: 10, as: (EngineFixture.renaming, options)))
        #expect(listener.progress.map(\.record).prefix(3) == [20, 24, 28])
    }

    @Test("a cursor of the future, another tenant's, another table's or an unknown one is refused")
    func refusesStrangeCursors() async throws {
        let fixture = try filled()
        let job = try await fixture.begin().job
        for record in [1, -1, .max] {
            #expect(await refusal { try await fixture.resume(job, behind: record) }?.issue == "cursor_ahead")
        }
        let stranger = fixture.caller("b")
        #expect(
            await refusal { try await fixture.resume(job, behind: 0, by: stranger) }?.code == .jobNotFound)
        let unknown = Job(id: JobID("bulk-op-x"), spec: job.spec, createdAt: job.createdAt)
        #expect(await refusal { try await fixture.resume(unknown, behind: 0) }?.code == .jobNotFound)
        let elsewhere = await refusal {
            try await fixture.engine.resume(
                job.id, behind: 0, table: "others", as: nil, by: fixture.caller)
        }
        #expect(elsewhere?.code == .jobNotFound)
        let upload = try await fixture.create()
        #expect(await refusal { try await fixture.resume(upload, behind: 0) }?.code == .jobNotFound)
        let reader = Caller(credential: "k", tenant: TenantID("a"), scopes: [.read])
        #expect(await refusal { try await fixture.resume(job, behind: 0, by: reader) }?.code == .forbidden)
        let source = try await fixture.engine.streamSource(of: job.id, table: "items", by: fixture.caller)
        #expect(source == .selection)
    }

    @Test("an abort ends the stream with a refusal; who resumes is told what was done, then that")
    func aborts() async throws {
        let fixture = try filled()
        let stream = try await fixture.begin()
        fixture.store.beforeSelection.withLock { hook in
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
        let listener = StreamListener()
        let ended = await listener.listen(to: stream) as? Refusal
        #expect(ended?.issue == "aborted")
        #expect(listener.lines.map(\.number) == Array(1...20))
        #expect(listener.summary == nil)
        let again = StreamListener()
        let resumed = try await fixture.resume(stream.job, behind: 10)
        #expect(resumed.recordCount == 10)
        #expect((await again.listen(to: resumed) as? Refusal)?.issue == "aborted")
        #expect(again.lines.map(\.number) == Array(11...20))
    }

    @Test("one that outlived its lifetime is told with JOB_EXPIRED; swept ones are told no more")
    func expires() async throws {
        let fixture = try filled()
        let (expired, done) = (try await fixture.begin(), try await fixture.begin())
        await StreamListener(leavesAt: 3).listen(to: expired)
        await StreamListener().listen(to: done)
        fixture.time.advance(.seconds(25 * 3600))
        await fixture.engine.makeSweeper().sweep()
        let listener = StreamListener()
        let ended = await listener.listen(to: try await fixture.resume(expired.job, behind: 5)) as? Refusal
        #expect(ended?.code == .jobExpired)
        #expect(listener.lines.map(\.number) == Array(6...20))
        fixture.time.advance(.seconds(8 * 24 * 3600))
        await fixture.engine.makeSweeper().sweep()
        #expect(await refusal { try await fixture.resume(expired.job, behind: 5) }?.code == .jobExpired)
        #expect(await refusal { try await fixture.resume(done.job, behind: 5) }?.code == .resultsExpired)
    }
}
