import BulkModel
import Formats
import Planning
import Synchronization
import Testing

@testable import Engine

@Suite("Ingest, faults and refusals")
struct IngestFaultTests {
    private func refusal(_ body: () async throws -> Void) async -> Refusal? {
        do {
            try await body()
            return nil
        } catch {
            return error as? Refusal
        }
    }

    @Test("whatever store call fails, and however, each record is applied and told once in the end")
    func everyCall() async throws {
        let text = IngestFixture.lines(37)
        for code in [StoreError.Code.busy, .failed] {
            for number in 1...40 {
                let fixture = IngestFixture(rests: number % 2 == 0)
                fixture.store.state.withLock { $0.failures[number] = StoreError(code, "failure") }
                guard let first = await begun(fixture, text) else { continue }
                var told = first
                var keys = first.keys
                for _ in 1...3 where told.error != nil {
                    #expect(told.error is Refusal)
                    told = try await fixture.read(
                        IngestFixture.pieces(text, size: 33), resuming: (first.job, told.last))
                    keys += told.keys
                }
                #expect(told.error == nil)
                #expect(keys == (1...37).map(String.init))
                #expect(fixture.rows.count == 37)
                #expect(fixture.stored(first.job)?.counts.created == 37)
            }
        }
    }

    @Test("a commit whose answer is lost is not done again, and is told of", arguments: [false, true])
    func lostAnswers(rests: Bool) async throws {
        for number in 1...40 {
            let fixture = IngestFixture(rests: rests, lost: number)
            guard let told = await begun(fixture, IngestFixture.lines(37)) else { continue }
            #expect(told.error == nil && !told.isBroken)
            #expect(told.keys == (1...37).map(String.init))
            #expect(told.actions == Array(repeating: .created, count: 37))
            #expect(told.summary?.job.counts.created == 37)
            #expect(fixture.rows.count == 37)
        }
    }

    @Test("a second stream of the same operation waits for the end of the first one")
    func oneAtATime() async throws {
        let fixture = IngestFixture()
        let text = IngestFixture.lines(30)
        let (isBegun, mayEnd) = (Gate(), Gate())
        let bytes = IngestFixture.pieces(text, size: 200).pieces
        let body = Pieces(bytes) { index in if index == 2 { await mayEnd.wait() } }
        let stream = try await fixture.open(body)
        async let first = Told.reading(stream) { _ in isBegun.open() }
        await isBegun.wait()
        let other = try await fixture.read(
            IngestFixture.pieces(text), resuming: (stream.job.id, 0))
        #expect(other.refusal?.issue == "stream_in_progress" && other.records.isEmpty)
        mayEnd.open()
        #expect(await first.keys == (1...30).map(String.init))
        let again = try await fixture.read(IngestFixture.pieces(text), resuming: (stream.job.id, 0))
        #expect(again.last == 30 && again.error == nil)
    }

    /// Nil when it was refused before it began.
    private func begun(_ fixture: IngestFixture, _ text: String) async -> Told? {
        do {
            return try await fixture.read(IngestFixture.pieces(text, size: 100))
        } catch {
            #expect(error is Refusal && fixture.rows.isEmpty)
            return nil
        }
    }

    @Test("an operation that is stopped meanwhile ends the stream with a refusal")
    func aborted() async throws {
        let fixture = IngestFixture()
        let text = IngestFixture.lines(100)
        let isAborted = Gate()
        let pieces = IngestFixture.pieces(text, size: 500).pieces
        let body = Pieces(pieces) { index in if index == 3 { await isAborted.wait() } }
        let told = try await fixture.read(body) { told in
            guard told.progress.isEmpty else { return }
            _ = try await fixture.engine.abort(told.job, by: fixture.caller)
            isAborted.open()
        }
        #expect(told.refusal?.issue == "aborted")
        #expect(told.summary == nil && !told.isBroken)
        #expect(fixture.stored(told.job)?.state == .aborted)
        #expect(fixture.rows.count == (fixture.stored(told.job)?.nextRecord ?? 0) - 1)
    }

    @Test("an operation that is stopped behind its last record has not ended well")
    func abortedAtTheEnd() async throws {
        let fixture = IngestFixture(rests: true)
        let isAborted = Gate()
        let body = IngestFixture.pieces(IngestFixture.lines(10)).pieces
        let told = try await fixture.read(Pieces(body + [[]]) { if $0 == 1 { await isAborted.wait() } }) {
            guard $0.progress.last?.record == 10 else { return }
            _ = try await fixture.engine.abort($0.job, by: fixture.caller)
            isAborted.open()
        }
        #expect(told.last == 10)
        #expect(told.refusal?.issue == "aborted")
    }

    @Test("a header that does not fit is refused before there is a job")
    func badHeader() async throws {
        let fixture = IngestFixture()
        for text in ["id,nome\n1,a\n", "", "id,id\n", "id\n1\n"] {
            let refused = await refusal {
                _ = try await fixture.open(
                    IngestFixture.pieces(text, size: 3), IngestFixture.spec(.insert, .csv))
            }
            #expect(refused != nil)
        }
        #expect(fixture.store.state.withLock { $0.jobs.isEmpty })
    }

    @Test("what can be known to fail is refused before the body is read")
    func checks() async throws {
        let fixture = IngestFixture()
        let unread = Pieces([[1]]) { _ in Issue.record("the body was read") }
        var options = StreamOptions()
        options.chunkRecords = 0
        #expect(
            await refusal { _ = try await fixture.open(unread, options: options) }?.code == .invalidRequest)
        options.chunkRecords = 11
        #expect(
            await refusal { _ = try await fixture.open(unread, options: options) }?.code == .invalidRequest)
        let table = IngestFixture.spec(table: "others")
        #expect(await refusal { _ = try await fixture.open(unread, table) }?.code == .tableNotFound)
        #expect(
            await refusal { _ = try await fixture.open(unread, IngestFixture.spec(.query)) }?.code
                == .invalidRequest)
        var spec = IngestFixture.spec(.update)
        spec.key = "name"
        #expect(await refusal { _ = try await fixture.open(unread, spec) }?.code == .invalidRequest)
        let reader = Caller(credential: "k", tenant: TenantID("a"), scopes: [.read])
        let forbidden = await refusal {
            _ = try await fixture.engine.ingest(
                IngestFixture.spec(), unread, compression: .none, options: StreamOptions(), resuming: nil,
                by: reader)
        }
        #expect(forbidden?.code == .forbidden)
    }

    @Test("a tenant has so many streams that have not ended, and no more")
    func tooMany() async throws {
        let fixture = IngestFixture { $0.streamsPerTenantMax = 2 }
        for _ in 1...2 { _ = try await fixture.open(IngestFixture.pieces("")) }
        let refused = await refusal { _ = try await fixture.open(IngestFixture.pieces("")) }
        #expect(refused?.issue == "too_many_jobs")
        #expect(refused?.message.contains("abort") == true)
    }

    @Test("no more records are applied than were allowed")
    func tooManyRecords() async throws {
        let fixture = IngestFixture()
        var options = StreamOptions()
        options.recordsMax = 15
        let told = try await fixture.read(
            IngestFixture.pieces(IngestFixture.lines(30)), options: options)
        #expect(told.refusal?.issue == "too_many_records")
        #expect(fixture.rows.count <= 15 && fixture.rows.count == told.last)
    }

    @Test("a record that is refused for its length is not held while it arrives")
    func longRecord() async throws {
        var limits = Limits()
        limits.recordBytesMax = 1000
        let intake = IngestIntake(
            IngestFixture.spec(), limits: limits, segmentRecordsMax: 10, isCompressed: false)
        let job = Job(id: JobID("j"), spec: IngestFixture.spec(), createdAt: Timestamp(unixSeconds: 0))
        let plan = try Planner.plan(job.spec, header: nil, catalog: Catalog(tables: [EngineFixture.items]))
        let upload = Upload(byteCount: 0, digest: "", header: [], delimiter: 0)
        await intake.begin(
            ChunkRecipe(
                job, upload: upload, plan: plan, limits: limits,
                making: RecordMaking(now: { Timestamp(unixSeconds: 0) }, id: { $0 })), at: 1,
            mark: Position(record: 1, line: 1, byte: 0), keepsRaw: false, fetchMarks: { _ in nil })
        for index in 0..<1000 {
            try await intake.take(Array(repeating: UInt8(ascii: index == 0 ? "{" : "x"), count: 1000))
            #expect(try await intake.advance())
            #expect(await intake.heldBytes <= 3000)
        }
        try await intake.take(Array(("\n" + IngestFixture.lines(1)).utf8))
        #expect(try await intake.advance())
        let refused = try #require(try await intake.chunk(recordsMax: 10, flushing: true))
        #expect(refused.batch.faults.map(\.fault.code) == [.recordTooLarge])
        let good = try #require(try await intake.chunk(recordsMax: 10, flushing: true))
        #expect(good.batch.recordCount == 1 && good.batch.origin.record == 2)
        #expect(refused.marks.map(\.byteCount) + good.marks.map(\.byteCount) == [1_000_001, 25])
    }
}
