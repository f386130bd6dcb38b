import BulkModel
import Formats
import Planning
import Synchronization
import Testing

@testable import Engine

@Suite("Query jobs")
struct QueryTests {
    private func page(_ rows: [String]) -> QueryPage {
        QueryPage(bytes: Array(rows.map { $0 + "\n" }.joined().utf8), rowCount: rows.count)
    }

    private func ended(
        _ format: ContentFormat, _ pages: [[String]]
    ) async throws -> (EngineFixture, Job) {
        let fixture = try EngineFixture()
        fixture.store.state.withLock { $0.queryPages = pages.map(page) }
        let job = try await fixture.create(.query, format: format)
        _ = try await fixture.engine.close(job.id, by: fixture.caller)
        let worker = QueryWorker(core: fixture.engine.core, desk: QueryDesk(workers: 1))
        while await worker.runNext() {}
        return (fixture, job)
    }

    @Test("write their rows, and give them back by pages that cut no row")
    func runs() async throws {
        let rows = ["1,a", "2,\"b\nc\"", "3,\"q\"\"\n\"\"q\"", "4,d", "5,e"]
        let (fixture, job) = try await ended(.csv, [Array(rows[..<3]), Array(rows[3...])])
        #expect(fixture.stored(job).state == .jobComplete)
        #expect(fixture.stored(job).counts.read == 5)
        let whole = "id,name\n" + rows.map { $0 + "\n" }.joined()
        #expect(try await fixture.results(job) == whole)
        for first in 1...5 {
            for count in 1...5 {
                let request = ResultRequest(firstRecord: first, recordsMax: count)
                let end = min(first - 1 + count, 5)
                let expected = "id,name\n" + rows[(first - 1)..<end].map { $0 + "\n" }.joined()
                #expect(try await fixture.results(job, request) == expected)
                let stream = try await fixture.engine.results(of: job.id, for: fixture.caller, request)
                #expect(stream.nextRecord == (end < 5 ? end + 1 : nil))
            }
        }
    }

    @Test("render a JSON array of the rows")
    func rendersArrays() async throws {
        let (fixture, job) = try await ended(.json, [["{\"id\":1}", "{\"id\":2}"], ["{\"id\":3}"]])
        #expect(try await fixture.results(job) == "[\n{\"id\":1},\n{\"id\":2},\n{\"id\":3}\n]\n")
        let page = try await fixture.results(
            job, ResultRequest(format: .ndjson, firstRecord: 2, recordsMax: 1))
        #expect(page == "{\"id\":2}\n")
    }

    @Test("without rows give the header line, or an empty array", arguments: [ContentFormat.csv, .json])
    func rendersNothing(format: ContentFormat) async throws {
        let (fixture, job) = try await ended(format, [])
        #expect(try await fixture.results(job) == (format == .csv ? "id,name\n" : "[\n]\n"))
    }

    @Test("that are refused fail with the reason, and have no results")
    func fails() async throws {
        let fixture = try EngineFixture()
        let job = try await fixture.create(.query)
        _ = try await fixture.engine.close(job.id, by: fixture.caller)
        fixture.store.state.withLock { $0.queryRefusal = StoreError(.queryLimit, "too long") }
        let worker = QueryWorker(core: fixture.engine.core, desk: QueryDesk(workers: 1))
        _ = await worker.runNext()
        #expect(fixture.stored(job).state == .failed)
        #expect(fixture.stored(job).reason?.code == .queryLimit)
        let refusal = await #expect(throws: Refusal.self) { try await fixture.results(job) }
        #expect(refusal?.code == .jobStateConflict)
    }

    @Test("run again from the start after a store that failed on call 1, 2, 3 …")
    func survivesFaults() async throws {
        var call = 1
        var hasFailed = true
        while hasFailed {
            let fixture = try EngineFixture()
            fixture.store.state.withLock { $0.queryPages = [page(["1,a"]), page(["2,b"])] }
            let job = try await fixture.create(.query)
            _ = try await fixture.engine.close(job.id, by: fixture.caller)
            let number = fixture.store.state.withLock { state in
                state.failures = [state.calls + call: StoreError(.busy, "busy")]
                return state.calls + call
            }
            let worker = QueryWorker(core: fixture.engine.core, desk: QueryDesk(workers: 1))
            for _ in 0..<5 {
                _ = await worker.runNext()
                fixture.time.advance(.seconds(10))
            }
            hasFailed = fixture.store.state.withLock { $0.calls } >= number && call < 50
            let stored = fixture.stored(job)
            #expect(stored.state == .jobComplete, "call \(call)")
            fixture.store.state.withLock { $0.failures = [:] }
            #expect(try await fixture.results(job) == "id,name\n1,a\n2,b\n")
            call += 1
            if call > 15 { break }
        }
    }

    @Test("read the caller's tables only")
    func fixesTables() async throws {
        let fixture = try EngineFixture()
        let caller = Caller(
            credential: "k", tenant: TenantID("a"), scopes: [.query], tables: ["items", "other"])
        let spec = JobSpec(tenant: TenantID("a"), dialect: "d", operation: .query, table: "items")
        let job = try await fixture.engine.create(spec, by: caller)
        #expect(job.spec.queryTables == ["items"])
        #expect(job.queryRequest(tenantColumns: [:], limits: Limits()).tables == ["items"])
    }

    @Test("that the store is too busy for rest, say so, and keep no other query waiting")
    func restsAlone() async throws {
        let fixture = try EngineFixture()
        let busy = try await fixture.create(.query)
        fixture.time.advance(.seconds(1))
        let other = try await fixture.create(.query)
        for job in [busy, other] { _ = try await fixture.engine.close(job.id, by: fixture.caller) }
        fixture.store.state.withLock { state in
            state.jobs[busy.id]?.state = .inProgress
            // jobs, job, open
            state.failures = [state.calls + 3: StoreError(.busy, "busy")]
        }
        let worker = QueryWorker(core: fixture.engine.core, desk: QueryDesk(workers: 1))
        #expect(await worker.runNext())
        #expect(fixture.stored(other).state == .jobComplete)
        #expect(fixture.stored(busy).reason?.code == .serviceUnavailable)
        #expect(await worker.runNext() == false)
        fixture.time.advance(.seconds(10))
        #expect(await worker.runNext())
        #expect(fixture.stored(busy).state == .jobComplete)
        #expect(fixture.stored(busy).reason == nil)
    }

    @Test("that gave rows before and give none now leave no segments behind", arguments: [false, true])
    func forgetsRows(isShared: Bool) async throws {
        let fixture = isShared ? try Nodes(1).first : try EngineFixture()
        let job = try await fixture.create(.query)
        _ = try await fixture.engine.close(job.id, by: fixture.caller)
        let stale = Segment(
            origin: Position(record: 1, line: 0, byte: 4), recordCount: 3, byteCount: 9, checksum: 0)
        try await fixture.store.save(SegmentPage(segments: [stale]), of: job.id, source: .result)
        let worker = QueryWorker(core: fixture.engine.core, desk: QueryDesk(workers: 1))
        #expect(await worker.runNext())
        #expect(try await fixture.results(job) == "id,name\n")
        #expect(try await fixture.store.segmentPage(holding: 1, of: job.id, source: .result) == nil)
    }
}
