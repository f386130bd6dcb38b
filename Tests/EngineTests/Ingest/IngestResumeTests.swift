import BulkModel
import Formats
import Planning
import Synchronization
import Testing

@testable import Engine

@Suite("Ingest, going on")
struct IngestResumeTests {
    private static let text = IngestFixture.lines(40)
    private static let failed = (1...40).filter { $0 % 9 == 0 }

    /// Forty records, some of which fail for their keys.
    private func fixture(rests: Bool = false) -> IngestFixture {
        let fixture = IngestFixture(rests: rests)
        fixture.store.state.withLock { $0.refusedKeys = Set(Self.failed.map(String.init)) }
        return fixture
    }

    /// What must hold of a stream that went on behind `told.behind` and came to the end.
    private func check(_ told: Told, _ fixture: IngestFixture, _ place: SourceLocation = #_sourceLocation) {
        #expect(told.error == nil, sourceLocation: place)
        #expect(!told.isBroken && told.last == 40, sourceLocation: place)
        #expect(told.keys == told.records.map(String.init), sourceLocation: place)
        #expect(
            told.faults.keys.sorted() == Self.failed.filter { told.records.contains($0) },
            sourceLocation: place)
        #expect(told.summary?.job.state == .jobComplete, sourceLocation: place)
        #expect(told.summary?.job.counts.created == 36, sourceLocation: place)
        #expect(told.summary?.job.counts.failed == 4, sourceLocation: place)
        for progress in told.progress {
            let failed = Self.failed.count { $0 <= progress.record }
            #expect(progress.counts.failed == failed, sourceLocation: place)
            #expect(progress.counts.succeeded == progress.record - failed, sourceLocation: place)
        }
        #expect(fixture.rows.count == 36, sourceLocation: place)
    }

    @Test(
        "a body that breaks off anywhere goes on behind every cursor, each record told once",
        arguments: [3, 50, 400])
    func everyCursor(size: Int) async throws {
        let bytes = Array(Self.text.utf8)
        for end in stride(from: 0, to: bytes.count, by: 97) {
            let fixture = fixture(rests: end % 2 == 0)
            let cut = IngestFixture.pieces(Array(bytes[..<end]), size: size, failure: Gone())
            let first = try await fixture.read(cut)
            #expect(first.refusal?.code == .uploadIncomplete)
            #expect(first.summary == nil && !first.isBroken)
            let job = try #require(fixture.stored(first.job))
            #expect(job.state == .inProgress && job.nextRecord == first.last + 1)
            let behind = end % (first.last + 1)
            let rest = try await fixture.read(
                IngestFixture.pieces(bytes, size: size + 13), resuming: (first.job, behind))
            #expect(rest.behind == behind)
            check(rest, fixture)
        }
    }

    @Test("an operation that has ended is told again behind any cursor")
    func ended() async throws {
        let fixture = fixture()
        let first = try await fixture.read(IngestFixture.pieces(Self.text))
        check(first, fixture)
        for behind in 0...40 {
            check(
                try await fixture.read(
                    IngestFixture.pieces(Self.text, size: 70), resuming: (first.job, behind)), fixture)
        }
    }

    @Test("a reader who goes stops the work at a chunk's edge, and another one misses nothing")
    func readerGone() async throws {
        for gone in 1...12 {
            let fixture = fixture()
            let events = Mutex(0)
            var options = StreamOptions()
            options.chunkRecords = 5
            let first = try await fixture.read(
                IngestFixture.pieces(Self.text, size: 40), options: options
            ) { _ in
                let count = events.withLock { count in
                    count += 1
                    return count
                }
                if count == gone { throw Gone() }
            }
            #expect(first.error is Gone)
            check(
                try await fixture.read(
                    IngestFixture.pieces(Self.text), resuming: (first.job, first.progress.last?.record ?? 0)),
                fixture)
        }
    }

    @Test("work that may go on alone comes to its end without its reader")
    func alone() async throws {
        let fixture = fixture()
        var options = StreamOptions()
        options.runsOnAlone = true
        let told = try await fixture.read(IngestFixture.pieces(Self.text, size: 40), options: options) { _ in
            throw Gone()
        }
        #expect(told.error is Gone)
        #expect(fixture.stored(told.job)?.state == .jobComplete)
        #expect(fixture.stored(told.job)?.counts.read == 40)
    }

    @Test("work that may go on alone applies what came before the body broke off")
    func aloneCut() async throws {
        let fixture = fixture()
        var options = StreamOptions()
        options.runsOnAlone = true
        let told = try await fixture.read(
            IngestFixture.pieces(IngestFixture.lines(13) + "{\"id\":", failure: Gone()), options: options)
        #expect(told.last == 13)
        #expect(told.refusal?.code == .uploadIncomplete)
        #expect(fixture.stored(told.job)?.nextRecord == 14)
    }

    /// A stream of which twenty records are committed.
    private func half(_ fixture: IngestFixture, _ text: String = text, _ spec: JobSpec = IngestFixture.spec())
        async throws -> Told
    {
        var options = StreamOptions()
        options.chunkRecords = 10
        let end = Array(text.utf8).count * 6 / 10
        let told = try await fixture.read(
            IngestFixture.pieces(Array(text.utf8.prefix(end)), size: 64, failure: Gone()), spec,
            options: options)
        #expect(told.last == 20)
        return told
    }

    @Test("every other byte before the checkpoint is refused with its place, and nothing is applied")
    func otherBody() async throws {
        let fixture = fixture()
        let first = try await half(fixture)
        let committed = IngestFixture.lines(20).utf8.count
        for index in stride(from: 8, to: committed - 2, by: 31) {
            var bytes = Array(Self.text.utf8)
            bytes[index] ^= 1
            let told = try await fixture.read(
                IngestFixture.pieces(bytes, size: 50), resuming: (first.job, 20))
            #expect(told.refusal?.issue == "other_body")
            let place = try #require(told.refusal?.details.first?.position)
            #expect(place.byte <= index && index < place.byte + 3 * 40)
            #expect(told.records.isEmpty && told.summary == nil)
            #expect(fixture.stored(first.job)?.nextRecord == 21)
        }
        check(try await fixture.read(IngestFixture.pieces(Self.text), resuming: (first.job, 20)), fixture)
    }

    @Test("records behind the checkpoint may be others")
    func mended() async throws {
        let fixture = fixture()
        let first = try await half(fixture)
        let text = IngestFixture.lines(20) + "{\"id\":77,\"name\":\"other\"}\n"
        let told = try await fixture.read(IngestFixture.pieces(text, size: 9), resuming: (first.job, 11))
        #expect(told.error == nil && !told.isBroken)
        #expect(told.keys == (12...20).map(String.init) + ["77"])
        #expect(told.summary?.job.counts.read == 21)
    }

    @Test("a body that is shorter than what was committed, or longer than one that had ended, is refused")
    func otherLength() async throws {
        let fixture = fixture()
        let first = try await half(fixture)
        let short = try await fixture.read(
            IngestFixture.pieces(IngestFixture.lines(15)), resuming: (first.job, 20))
        #expect(short.refusal?.issue == "other_body")
        let empty = try await fixture.read(IngestFixture.pieces(""), resuming: (first.job, 20))
        #expect(empty.refusal?.issue == "other_body")
        check(try await fixture.read(IngestFixture.pieces(Self.text), resuming: (first.job, 20)), fixture)
        let long = try await fixture.read(
            IngestFixture.pieces(IngestFixture.lines(41)), resuming: (first.job, 40))
        #expect(long.refusal?.issue == "other_body")
        #expect(fixture.rows.count == 36)
    }

    @Test("another header is another body")
    func otherHeader() async throws {
        let fixture = fixture()
        let text = EngineFixture.csv(40)
        let first = try await half(fixture, text, IngestFixture.spec(.insert, .csv))
        for header in ["name,id", "ID,name", "\nid,name"] {
            let told = try await fixture.read(
                IngestFixture.pieces(header + text.dropFirst("id,name".count)),
                IngestFixture.spec(.insert, .csv),
                resuming: (first.job, 20))
            #expect(told.refusal?.issue == "other_body")
        }
        check(
            try await fixture.read(
                IngestFixture.pieces(text), IngestFixture.spec(.insert, .csv), resuming: (first.job, 20)),
            fixture)
    }

    @Test("the error that is one too many stops the work; its record can be mended, all before must stay")
    func stop() async throws {
        let fixture = fixture()
        var options = StreamOptions()
        options.errorsMax = 2
        let first = try await fixture.read(IngestFixture.pieces(Self.text, size: 30), options: options)
        #expect(first.error == nil)
        #expect(first.last == 17)
        #expect(first.summary?.stop?.key == .integer(18))
        #expect(first.summary?.job.state == .inProgress)
        #expect(fixture.stored(first.job)?.nextRecord == 18)
        #expect(fixture.stored(first.job)?.reason?.message.contains("before record 18") == true)
        let mended = Self.text.replacing("{\"id\":18,", with: "{\"id\":118,")
        let second = try await fixture.read(
            IngestFixture.pieces(mended, size: 30), options: options, resuming: (first.job, 17))
        #expect(second.error == nil && !second.isBroken)
        #expect(second.keys == ["118"] + (19...35).map(String.init))
        #expect(second.summary?.stop?.key == .integer(36))
        let last = try await fixture.read(IngestFixture.pieces(mended), resuming: (first.job, 35))
        #expect(last.keys == (36...40).map(String.init))
        #expect(last.summary?.job.counts.failed == 3)
        #expect(last.summary?.job.reason == nil)
        #expect(last.summary?.job.counts.read == 40)
    }

    @Test("a stop at the first record leaves nothing behind", arguments: [1, 2, 5])
    func stopAtOnce(most: Int) async throws {
        let fixture = IngestFixture()
        fixture.store.state.withLock { ($0.refusedKeys, $0.applyMax) = (["1", "7"], most) }
        var options = StreamOptions()
        options.errorsMax = 1
        let first = try await fixture.read(IngestFixture.pieces(IngestFixture.lines(12)), options: options)
        #expect(first.records.isEmpty && first.summary?.stop != nil)
        let mended = "{\"id\":100,\"name\":\"other\"}\n" + IngestFixture.lines(11, from: 2)
        let second = try await fixture.read(
            IngestFixture.pieces(mended), options: options, resuming: (first.job, 0))
        #expect(second.keys == ["100", "2", "3", "4", "5", "6"] && second.summary?.stop != nil)
        fixture.store.state.withLock { $0.refusedKeys = [] }
        let last = try await fixture.read(
            IngestFixture.pieces(mended), options: options, resuming: (first.job, 6))
        #expect(last.keys == (7...12).map(String.init) && last.summary?.job.state == .jobComplete)
    }

    @Test(
        "a cursor that is ahead, or of another tenant, table, operation or kind, is refused before an answer begins"
    )
    func otherCursors() async throws {
        let fixture = fixture()
        let first = try await half(fixture)
        func refusal(
            _ id: JobID, _ behind: Int, _ spec: JobSpec = IngestFixture.spec(), dryRun: Bool = false,
            tenant: String = "a"
        ) async -> Refusal? {
            var options = StreamOptions()
            options.isDryRun = dryRun
            do throws(Refusal) {
                _ = try await fixture.engine.ingest(
                    spec, IngestFixture.pieces(Self.text), compression: .none, options: options,
                    resuming: (id, behind),
                    by: Caller(credential: "k", tenant: TenantID(tenant), scopes: [.admin]))
                return nil
            } catch {
                return error
            }
        }
        #expect(await refusal(first.job, 21)?.issue == "cursor_ahead")
        #expect(await refusal(first.job, -1)?.issue == "cursor_ahead")
        #expect(await refusal(first.job, 20, tenant: "b")?.code == .jobNotFound)
        #expect(await refusal(JobID("bulk-op-none"), 0)?.code == .jobNotFound)
        #expect(await refusal(first.job, 20, IngestFixture.spec(.upsert))?.issue == "other_request")
        #expect(await refusal(first.job, 20, IngestFixture.spec(.insert, .json))?.issue == "other_request")
        #expect(await refusal(first.job, 20, dryRun: true)?.issue == "other_request")
        #expect(await refusal(first.job, 20) == nil)
        let alone = await EngineTests.refusal {
            try await fixture.engine.resume(
                first.job, behind: 20, table: "items", as: nil, by: fixture.caller)
        }
        #expect(alone?.issue == "other_request")
        #expect(alone?.message.contains("send them again") == true)
        _ = try await fixture.engine.abort(first.job, by: fixture.caller)
        #expect(await refusal(first.job, 20)?.issue == "aborted")
    }
}
