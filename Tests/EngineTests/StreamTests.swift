import BulkModel
import Formats
import Planning
import Synchronization
import Testing

@testable import Engine

@Suite("Selections as streams")
struct StreamTests {
    /// What a whole stream over keys 1 to `count` tells.
    static func lines(_ numbers: ClosedRange<Int>, _ action: RecordAction = .updated) -> [StreamListener.Line]
    {
        numbers.map { StreamListener.Line(number: $0, key: String($0), action: action, code: nil) }
    }

    @Test("tells every record in key order, progress after each chunk, and one summary")
    func tellsAll() async throws {
        let fixture = try EngineFixture()
        fixture.fill(1...25)
        fixture.fill(26...30, name: "other")
        let stream = try await fixture.begin()
        #expect(stream.recordCount == 25)
        #expect(stream.updatedFields == ["name"])
        #expect(stream.job.state == .inProgress)
        #expect(stream.job.id.text.hasPrefix("bulk-op-"))
        let listener = StreamListener()
        #expect(await listener.listen(to: stream) == nil)
        #expect(listener.lines == Self.lines(1...25))
        #expect(listener.progress.map(\.record) == [10, 20, 25])
        #expect(listener.progress.map(\.percentage) == [40, 80, 100])
        let summary = try #require(listener.summary)
        #expect(summary.job.state == .jobComplete)
        #expect(summary.job.counts.read == 25 && summary.job.counts.updated == 25)
        #expect(summary.stop == nil)
        #expect(fixture.keys(named: "new") == Array(1...25))
        #expect(fixture.keys(named: "other").count == 5)
        RunnerTests.checkBooks(stream.job, in: fixture)
        let ends = fixture.observed.withLock { $0 }.filter { if case .jobEnded = $0 { true } else { false } }
        #expect(ends.count == 1)
    }

    @Test("completes when there is nothing to do")
    func completesEmpty() async throws {
        let fixture = try EngineFixture()
        let stream = try await fixture.begin()
        #expect(stream.recordCount == 0)
        let listener = StreamListener()
        #expect(await listener.listen(to: stream) == nil)
        #expect(listener.lines.isEmpty && listener.progress.isEmpty)
        #expect(listener.summary?.job.state == .jobComplete)
    }

    @Test("a selection of just as many records as two chunks ends with the second one")
    func endsAtAChunksEdge() async throws {
        let fixture = try EngineFixture()
        fixture.fill(1...20)
        let listener = StreamListener()
        #expect(await listener.listen(to: try await fixture.begin()) == nil)
        #expect(listener.lines == Self.lines(1...20))
        #expect(listener.progress.map(\.percentage) == [50, 100])
        #expect(listener.summary?.job.counts.read == 20)
        #expect(fixture.store.state.withLock { $0.applied.count } == 2)
    }

    @Test("chunks begin small and grow where the caller does not fix them")
    func growsChunks() async throws {
        let fixture = try EngineFixture { $0.streamChunkRecordsMax = 500 }
        fixture.fill(1...3000)
        let listener = StreamListener()
        #expect(
            await listener.listen(
                to: try await fixture.begin(EngineFixture.renaming, EngineFixture.options(chunk: nil))) == nil
        )
        let counts = fixture.store.state.withLock { $0.applied.map(\.count) }
        #expect(counts.first == 100)
        #expect(counts.dropLast().last == 500)
        #expect(listener.lines == Self.lines(1...3000))
    }

    @Test("listed ids are told in the caller's order, each once, unknown ones as errors")
    func tellsListedIDs() async throws {
        let fixture = try EngineFixture()
        fixture.fill(1...5)
        let stream = try await fixture.begin(
            EngineFixture.renaming(ids: [3, 99, 1, 3, 5]), EngineFixture.options(chunk: 2))
        #expect(stream.recordCount == 4)
        let listener = StreamListener()
        #expect(await listener.listen(to: stream) == nil)
        #expect(listener.lines.map(\.key) == ["3", "99", "1", "5"])
        #expect(listener.lines.map(\.code) == [nil, .recordNotFound, nil, nil])
        #expect(listener.summary?.job.errorCounts == [.recordNotFound: 1])
        #expect(fixture.keys(named: "new") == [1, 3, 5])
    }

    @Test("a delete needs the scope for it, other actions the one for writing")
    func checksScopes() async throws {
        let fixture = try EngineFixture()
        let cases: [(SelectionAction, Caller.Scope, Bool)] = [
            (.update, .write, true), (.update, .delete, false), (.update, .read, false),
            (.delete, .delete, true), (.delete, .write, false),
        ]
        for (action, scope, isAllowed) in cases {
            let caller = Caller(credential: "k", tenant: TenantID("a"), scopes: [scope])
            var request = EngineFixture.renaming
            request.action = action
            if action == .delete { request.updates = [] }
            let code = await refusal { try await fixture.begin(request, by: caller) }?.code
            #expect(code == (isAllowed ? nil : .forbidden), "\(action) with \(scope)")
        }
        let elsewhere = Caller(credential: "k", tenant: TenantID("a"), scopes: [.admin], tables: ["others"])
        #expect(await refusal { try await fixture.begin(by: elsewhere) }?.code == .tableNotFound)
    }

    @Test("more records than the caller allows are refused before any is changed")
    func refusesTooMany() async throws {
        let fixture = try EngineFixture()
        fixture.fill(1...12)
        let refused = await refusal {
            try await fixture.begin(EngineFixture.renaming, EngineFixture.options(recordsMax: 11))
        }
        #expect(refused?.issue == "max_affected")
        #expect(refused?.message.contains("12") == true)
        #expect(fixture.store.state.withLock { $0.jobs.isEmpty })
        #expect(fixture.keys(named: "old").count == 12)
    }

    @Test("never goes on behind as many records as the caller allows, and ends there")
    func boundsTheWalk() async throws {
        let fixture = try EngineFixture()
        fixture.fill(1...12)
        fixture.fill(13...20, name: "other")
        fixture.fill(30...30)
        let stream = try await fixture.begin(EngineFixture.renaming, EngineFixture.options(recordsMax: 13))
        fixture.fill(13...20)
        let listener = StreamListener()
        #expect(await listener.listen(to: stream) == nil)
        #expect(listener.lines == Self.lines(1...13))
        #expect(listener.summary?.job.state == .jobComplete)
        #expect(listener.summary?.job.counts.read == 13)
        RunnerTests.checkBooks(stream.job, in: fixture)
    }

    @Test("bounds of the options are held", arguments: [0, -1, 10_001])
    func checksChunkRecords(count: Int) async throws {
        let fixture = try EngineFixture()
        let refused = await refusal {
            try await fixture.begin(EngineFixture.renaming, EngineFixture.options(chunk: count))
        }
        #expect(refused?.code == .invalidRequest)
    }

    @Test("a tenant has no more unfinished streams than it may")
    func boundsStreams() async throws {
        let fixture = try EngineFixture { $0.streamsPerTenantMax = 1 }
        let stream = try await fixture.begin()
        let refused = await refusal { try await fixture.begin() }
        #expect(refused?.code == .rateLimited)
        #expect(refused?.message.contains("abort") == true)
        await StreamListener().listen(to: stream)
        _ = try await fixture.begin()
    }

    @Test("a request that is too long to be kept is refused before there is a job")
    func boundsRequests() async throws {
        let fixture = try EngineFixture { $0.streamRequestBytesMax = 1000 }
        fixture.fill(1...500)
        let refused = await refusal { try await fixture.begin(EngineFixture.renaming(ids: Array(1...500))) }
        #expect(refused?.code == .payloadTooLarge)
        #expect(refused?.issue == "stream_request_bytes")
        #expect(fixture.store.state.withLock { $0.jobs.isEmpty })
        _ = try await fixture.begin(EngineFixture.renaming(ids: Array(1...50)))
    }

    @Test("a dry run tells all and changes nothing")
    func runsDry() async throws {
        let fixture = try EngineFixture()
        fixture.fill(1...15)
        let stream = try await fixture.begin(EngineFixture.renaming, EngineFixture.options(isDryRun: true))
        #expect(stream.isDryRun)
        let listener = StreamListener()
        #expect(await listener.listen(to: stream) == nil)
        #expect(listener.lines == Self.lines(1...15))
        #expect(fixture.keys(named: "old") == Array(1...15))
        #expect(listener.summary?.job.counts.updated == 15)
    }

    @Test("stops before the error that is one too many; resuming tries that record again")
    func stops() async throws {
        let fixture = try EngineFixture()
        fixture.fill(1...30)
        fixture.store.state.withLock { $0.refusedKeys = ["4", "16", "17"] }
        let stream = try await fixture.begin(EngineFixture.renaming, EngineFixture.options(errorsMax: 2))
        let first = StreamListener()
        #expect(await first.listen(to: stream) == nil)
        #expect(first.lines.map(\.number) == Array(1...15))
        #expect(first.summary?.stop?.key == .integer(16))
        #expect(first.summary?.stop?.fault.index == 5)
        #expect(first.summary?.job.nextRecord == 16)
        #expect(first.summary?.job.state == .inProgress)
        fixture.store.state.withLock { $0.refusedKeys = ["17"] }
        let second = StreamListener()
        #expect(await second.listen(to: try await fixture.resume(stream.job, behind: 15)) == nil)
        #expect(second.lines.map(\.number) == Array(16...30))
        #expect(second.lines.map(\.code).compactMap { $0 } == [.checkViolation])
        #expect(second.summary?.stop == nil)
        #expect(second.summary?.job.errorCounts == [.checkViolation: 2])
        RunnerTests.checkBooks(stream.job, in: fixture)
    }

    @Test("a stop at the very first record tells nothing but the summary")
    func stopsAtOnce() async throws {
        let fixture = try EngineFixture()
        fixture.fill(1...5)
        fixture.store.state.withLock { $0.refusedKeys = ["1"] }
        let stream = try await fixture.begin(EngineFixture.renaming, EngineFixture.options(errorsMax: 1))
        let listener = StreamListener()
        #expect(await listener.listen(to: stream) == nil)
        #expect(listener.lines.isEmpty)
        #expect(listener.summary?.stop?.key == .integer(1))
        #expect(fixture.stored(stream.job).nextRecord == 1)
    }

    @Test("tells rate and time left by its own clock")
    func tellsPace() async throws {
        let fixture = try EngineFixture()
        fixture.fill(1...40)
        fixture.store.beforeSelection.withLock { $0 = { _ in fixture.time.advance(.seconds(2)) } }
        let listener = StreamListener()
        #expect(await listener.listen(to: try await fixture.begin()) == nil)
        #expect(listener.progress.first?.recordsPerSecond == 5)
        #expect(listener.progress.first?.secondsRemaining == 6)
        #expect(listener.progress.last?.record == 40)
        #expect(listener.summary?.duration == .seconds(8))
    }

    @Test("while the reader takes its time one chunk is committed and not told, and nothing is held")
    func waitsForTheReader() async throws {
        let fixture = try EngineFixture()
        fixture.fill(1...100)
        let stream = try await fixture.begin()
        let told = Mutex(0)
        let listener = StreamListener { event in
            // The lock of the store is free: this call would not come back otherwise.
            let committed = try #require(try await fixture.store.job(stream.job.id)).nextRecord - 1
            guard case .outcomes(let outcomes) = event else { return }
            let before = told.withLock { count in
                defer { count += outcomes.receipt.recordCount }
                return count
            }
            #expect(committed - before == 10)
        }
        #expect(await listener.listen(to: stream) == nil)
        #expect(listener.lines.count == 100)
    }

    @Test("results are refused with the way to have the outcomes again")
    func refusesResults() async throws {
        let fixture = try EngineFixture()
        let stream = try await fixture.begin()
        await StreamListener().listen(to: stream)
        let refused = await refusal { try await fixture.results(stream.job) }
        #expect(refused?.code == .jobStateConflict)
        #expect(refused?.issue == "outcomes_on_stream")
    }
}

/// What the call was refused with, nil when it was not.
func refusal<Value>(_ call: () async throws -> Value) async -> Refusal? {
    do {
        _ = try await call()
        return nil
    } catch {
        return error as? Refusal ?? Refusal(.internalError, "\(error)")
    }
}
