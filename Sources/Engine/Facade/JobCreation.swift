import BulkModel
import Planning

/// Creates jobs: everything that can be known to fail later is refused now.
struct JobCreation: Sendable {
    let core: EngineCore

    /// `after`: a time that the job must be younger than, whatever the clock says.
    func create(_ asked: JobSpec, by caller: Caller, after: Timestamp? = nil) async throws -> Job {
        guard caller.may(run: asked) else { throw caller.lacksScope(for: asked.operation) }
        let catalog = try await core.catalog()
        try caller.check(use: asked.table, in: catalog, field: "object")
        var spec = asked
        spec.tenant = caller.tenant
        if spec.operation == .query {
            spec.queryTables = catalog.tables.keys.filter(caller.may(use:)).sorted()
        }
        try checkShape(of: spec)
        try Planner.check(spec, catalog: catalog)
        let now = core.clock.now()
        let job = Job(
            id: JobNaming.make(random: core.timing.random), spec: spec,
            createdAt: after.map { max(now, $0 + .microseconds(1)) } ?? now)
        // Opening compiles the statement in the sandbox; the cursor is dropped unread.
        if spec.operation == .query {
            _ = try await core.store.open(
                job.queryRequest(tenantColumns: core.tenantColumns, limits: core.limits))
        }
        core.ownJobs?.insert(job.id)
        try await core.store.insert(job, activeMax: core.limits.jobsPerTenantMax)
        core.observe(
            .jobCreated(job.id, tenant: spec.tenant, operation: spec.operation, table: spec.table))
        return job
    }

    private func checkShape(of spec: JobSpec) throws(Refusal) {
        try spec.checkOptions(core.limits)
        if let records = spec.chunkRecords, !(1...core.limits.chunkRecordsMax).contains(records) {
            throw Refusal(.invalidRequest, "A chunk holds 1 to \(core.limits.chunkRecordsMax) records.")
        }
        guard let sql = spec.query else { return }
        guard spec.operation == .query else {
            throw Refusal(.invalidRequest, "`query` goes with the operation `query` only.")
        }
        guard sql.utf8.count <= core.limits.queryBytesMax else {
            throw Refusal(.invalidQuery, "The query is over \(core.limits.queryBytesMax) bytes.")
        }
    }
}
