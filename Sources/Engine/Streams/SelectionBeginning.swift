import BulkModel
import Planning

/// Begins selections: everything that can be known to fail is refused before anything is changed.
struct SelectionBeginning: Sendable {
    let core: EngineCore

    func begin(
        _ request: SelectionRequest, _ options: StreamOptions, dialect: String, by caller: Caller
    ) async throws -> OutcomeStream {
        let begunAt = core.timing.elapsed()
        let opening = SelectionOpening(core: core)
        var spec = JobSpec(
            tenant: caller.tenant, dialect: dialect, operation: request.action.operation,
            table: request.table,
            format: .ndjson, chunkRecords: options.chunkRecords)
        spec.source = .selection
        guard caller.may(run: spec) else { throw caller.lacksScope(for: spec.operation) }
        try opening.check(options)
        let catalog = try await core.catalog()
        try caller.check(use: request.table, in: catalog, field: "table")
        let plan = try SelectionPlanner.plan(
            request, tenant: caller.tenant, catalog: catalog, limits: core.limits)
        let survey = try await core.store.survey(plan, after: nil, within: nil)
        if let most = options.recordsMax, survey.recordCount > most {
            throw Refusal.tooMany(survey.recordCount, most: most)
        }
        let memo = SelectionMemo(request: request, options: options, bound: survey.bound)
        let job = try await insert(spec, recordCount: survey.recordCount, memo)
        let operation = SelectionOperation(id: job.id, plan: plan, bound: survey.bound, options: options)
        let place = SelectionPlace(
            job: job, record: 0, lastKey: nil, told: JobCounts(), isResumed: false, begunAt: begunAt)
        return opening.stream(operation, from: place, recordCount: survey.recordCount)
    }

    /// Adds the job, which is under way at once: its reader works on it.
    private func insert(_ spec: JobSpec, recordCount: Int, _ memo: SelectionMemo) async throws -> Job {
        let now = core.clock.now()
        let id = JobNaming.make(prefix: JobNaming.streamPrefix, random: core.timing.random)
        var job = Job(id: id, spec: spec, createdAt: now)
        job.counts.read = recordCount
        var machine = JobMachine(job)
        for event in [JobEvent.close, .start] {
            if let refusal = machine.event(event, at: now) { throw refusal }
        }
        core.ownJobs?.insert(id)
        try await core.store.insert(
            machine.job, request: memo.bytes, activeMax: core.limits.streamsPerTenantMax)
        core.observe(.jobCreated(id, tenant: spec.tenant, operation: spec.operation, table: spec.table))
        return machine.job
    }
}

extension SelectionAction {
    /// The operation that the action is for scopes and jobs, however the table keeps deleted records.
    var operation: Operation {
        switch self {
        case .update, .archive: .update
        case .delete: .delete
        }
    }
}
