import BulkModel
import Planning

/// Does batches: checks them whole, then has the store walk their operations in one transaction.
struct BatchDriver {
    let core: EngineCore
    let caller: Caller

    func run(
        _ request: BatchRequest, reply: (@Sendable (BatchOutcome) -> StoredReply?)?
    ) async throws -> BatchOutcome {
        let begun = core.timing.elapsed()
        let now = core.clock.now()
        let store = try core.recordStore
        let plan = try BatchPlan(
            request, by: caller, catalog: try await core.catalog(), limits: core.limits, now: now)
        let books = BatchBooks(plan, by: caller, core: core, reply: reply)
        if books.isEmpty, let result = try await soleRead(plan, store) {
            let duration = core.timing.elapsed() - begun
            return BatchOutcome(results: [result], isUndone: false, duration: duration, job: nil)
        }
        if let job = books.begun { core.ownJobs?.insert(job.id) }
        let work = BatchWork(core: core, plan: plan, books: books, begun: begun)
        var outcome = try await store.transact { session throws(StoreError) in try work.body(session) }
        if outcome.isUndone, !books.isEmpty {
            let undone = outcome
            outcome = try await store.transact { session throws(StoreError) in
                .commit(try work.noted(undone, session))
            }
        }
        if let job = outcome.job { note(job) }
        return outcome
    }

    private func note(_ job: Job) {
        let spec = job.spec
        core.observe(.jobCreated(job.id, tenant: spec.tenant, operation: spec.operation, table: spec.table))
        core.noteEnd(of: job)
    }

    /// A single record is read without a transaction that could wait for writers; nil when that is not what is asked.
    private func soleRead(_ plan: BatchPlan, _ store: any RecordStore) async throws -> BatchResult? {
        guard plan.request.operations.count == 1, let operation = plan.request.operations.first,
            operation.kind == .read
        else { return nil }
        let table: BatchTable
        switch plan.table(of: operation) {
        case .success(let found): table = found
        case .failure(let refusal): return .failed(refusal)
        }
        let id = operation.record ?? ""
        guard let key = table.keys.key(of: id) else { return .failed(table.judge.notFound(id)) }
        let query = RecordQuery(
            target: table.target, condition: table.keys.condition(for: key),
            order: [.init(column: table.target.key, isDescending: false)], limit: 1)
        let rows = try await store.records(query)
        guard rows.rowCount > 0 else { return .failed(table.judge.notFound(id)) }
        return .read(record: RowRenderer(rows).object(0))
    }
}
