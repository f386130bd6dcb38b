import BulkModel
import Planning
import Synchronization
import Testing

@testable import Engine

@Suite("Bulk engine")
struct BulkEngineTests {
    private func refusal(_ body: () async throws -> Void) async -> Refusal? {
        do {
            try await body()
            return nil
        } catch {
            return error as? Refusal
        }
    }

    private func spec(_ operation: BulkModel.Operation = .insert, table: String = "items") -> JobSpec {
        JobSpec(tenant: TenantID("somebody"), dialect: "d", operation: operation, table: table)
    }

    @Test("creates a job with the caller's tenant and an unguessable id")
    func creates() async throws {
        let fixture = try EngineFixture()
        let job = try await fixture.engine.create(spec(), by: fixture.caller)
        #expect(job.state == .open)
        #expect(job.spec.tenant == TenantID("a"))
        #expect(job.id.text.hasPrefix("bulk-job-"))
        #expect(job.id.text.count == 29)
        #expect(try await fixture.engine.create(spec(), by: fixture.caller).id != job.id)
    }

    @Test(
        "checks scope and table before anything else",
        arguments: [
            (BulkModel.Operation.insert, Caller.Scope.read, ErrorCode.forbidden),
            (.delete, .write, .forbidden),
            (.query, .write, .forbidden), (.insert, .write, nil), (.update, .write, nil),
            (.upsert, .write, nil),
            (.delete, .delete, nil), (.query, .query, nil), (.query, .read, nil),
        ] as [(BulkModel.Operation, Caller.Scope, ErrorCode?)])
    func checksScopes(operation: BulkModel.Operation, scope: Caller.Scope, code: ErrorCode?) async throws {
        let fixture = try EngineFixture()
        let caller = Caller(credential: "k", tenant: TenantID("a"), scopes: [scope])
        let refusal = await refusal { _ = try await fixture.engine.create(spec(operation), by: caller) }
        #expect(refusal?.code == code)
    }

    @Test("a job is discarded while it is open, and left alone once it is closed")
    func discards() async throws {
        let fixture = try EngineFixture()
        let open = try await fixture.create()
        try await fixture.engine.discard(open.id, by: fixture.caller)
        #expect(fixture.stored(open).state == .aborted)
        let closed = try await fixture.closedJob("id,name\n1,a\n")
        try await fixture.engine.discard(closed.id, by: fixture.caller)
        #expect(fixture.stored(closed).state == .uploadComplete)
    }

    @Test("a job is closed, aborted and uploaded to only with its scope, and is not there without its table")
    func guardsLaterCalls() async throws {
        let fixture = try EngineFixture()
        let job = try await fixture.engine.create(spec(.delete), by: fixture.caller)
        let tenant = fixture.caller.tenant
        let reader = Caller(credential: "r", tenant: tenant, scopes: [.read])
        let elsewhere = Caller(credential: "e", tenant: tenant, scopes: [.admin], tables: ["another"])
        for (caller, code) in [(reader, ErrorCode.forbidden), (elsewhere, .jobNotFound)] {
            let engine = fixture.engine
            #expect(await refusal { _ = try await engine.close(job.id, by: caller) }?.code == code)
            #expect(await refusal { _ = try await engine.abort(job.id, by: caller) }?.code == code)
            #expect(await refusal { _ = try await engine.checkUploadable(job.id, for: caller) }?.code == code)
        }
        #expect(try await fixture.engine.job(job.id, for: reader).id == job.id)
        #expect(
            try await fixture.engine.jobs(for: elsewhere, state: nil, limit: 10, after: nil).jobs.isEmpty)
    }

    @Test("a table that may not be used and one that is not there look the same")
    func hidesTables() async throws {
        let fixture = try EngineFixture()
        let caller = Caller(credential: "k", tenant: TenantID("a"), scopes: [.admin], tables: ["other"])
        let hidden = await refusal { _ = try await fixture.engine.create(spec(), by: caller) }
        let missing = await refusal { _ = try await fixture.engine.create(spec(table: "nope"), by: caller) }
        #expect(hidden?.code == .tableNotFound)
        #expect(missing?.code == .tableNotFound)
        #expect(hidden?.message.replacing("items", with: "nope") == missing?.message)
    }

    @Test("refuses SQL that does not compile, and more jobs than a tenant may have")
    func refusesAtOnce() async throws {
        let fixture = try EngineFixture { $0.jobsPerTenantMax = 1 }
        fixture.store.state.withLock { $0.queryRefusal = StoreError(.queryRefused, "near FORM") }
        var query = spec(.query)
        query.query = "SELECT 1 FORM x"
        let refused = await refusal { _ = try await fixture.engine.create(query, by: fixture.caller) }
        #expect(refused?.code == .invalidQuery)
        _ = try await fixture.create()
        let tooMany = await refusal { _ = try await fixture.create() }
        #expect(tooMany?.code == .rateLimited)
        #expect(tooMany?.retryAfterSeconds != nil)
    }

    @Test("another tenant's job is not found, whatever is asked of it")
    func separatesTenants() async throws {
        let fixture = try EngineFixture()
        let job = try await fixture.closedJob(EngineFixture.csv(1))
        let other = fixture.caller("b")
        let engine = fixture.engine
        let attempts: [() async throws -> Void] = [
            { _ = try await engine.job(job.id, for: other) },
            { _ = try await engine.close(job.id, by: other) },
            { _ = try await engine.abort(job.id, by: other) },
            { _ = try await engine.checkUploadable(job.id, for: other) },
            { _ = try await engine.wait(for: job.id, by: other, atMost: .seconds(1)) },
            { _ = try await engine.results(of: job.id, for: other, ResultRequest()) },
        ]
        for attempt in attempts { #expect(await refusal(attempt) == .jobNotFound) }
        #expect(try await engine.jobs(for: other, state: nil, limit: 10, after: nil).jobs.isEmpty)
    }

    @Test("lists newest first, page by page")
    func lists() async throws {
        let fixture = try EngineFixture()
        var ids: [JobID] = []
        for _ in 0..<5 {
            ids.append(try await fixture.create().id)
            fixture.time.advance(.seconds(1))
        }
        var listed: [JobID] = []
        var cursor: JobFilter.Cursor?
        repeat {
            let page = try await fixture.engine.jobs(
                for: fixture.caller, state: .open, limit: 2, after: cursor)
            listed += page.jobs.map(\.id)
            cursor = page.next
        } while cursor != nil
        #expect(listed == ids.reversed())
    }

    @Test("closing: needs an upload, completes one without records, runs the others")
    func closes() async throws {
        let fixture = try EngineFixture()
        let job = try await fixture.create()
        let early = await refusal { _ = try await fixture.engine.close(job.id, by: fixture.caller) }
        #expect(early?.issue == "no_upload")
        try await fixture.upload(["id,name\n"], to: job)
        let closed = try await fixture.engine.close(job.id, by: fixture.caller)
        #expect(closed.state == .jobComplete)
        #expect(closed.startedAt != nil)
        #expect(try await fixture.results(job).hasPrefix("id,name,_record,"))
    }

    @Test("waiting ends with the job, and at once for one that has ended")
    func waits() async throws {
        let fixture = try EngineFixture()
        let job = try await fixture.closedJob(EngineFixture.csv(3))
        let engine = fixture.engine
        let caller = fixture.caller
        async let ended = engine.wait(for: job.id, by: caller, atMost: .seconds(60))
        _ = try await engine.abort(job.id, by: caller)
        #expect(try await ended.state == .aborted)
        #expect(try await engine.wait(for: job.id, by: caller, atMost: .seconds(60)).state == .aborted)
        let open = try await fixture.create()
        #expect(try await engine.wait(for: open.id, by: caller, atMost: .zero).state == .open)
    }

    @Test("is ready while the store answers, and says so when it does not")
    func tellsReadiness() async throws {
        let fixture = try EngineFixture()
        try await fixture.engine.checkReady()
        fixture.store.state.withLock { $0.failures = [$0.calls + 1: StoreError(.unusable, "damaged")] }
        let refusal = await refusal { try await fixture.engine.checkReady() }
        #expect(refusal?.code == .serviceUnavailable)
    }
}
