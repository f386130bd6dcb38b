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
        try options.check(core.limits)
        let catalog = try await core.catalog()
        try caller.check(use: request.table, in: catalog, field: "table")
        let plan = try SelectionPlanner.plan(
            request, tenant: caller.tenant, catalog: catalog, limits: core.limits)
        let survey = try await core.store.survey(plan, after: nil, within: nil)
        let recordCount = options.limited(survey.recordCount)
        if let most = options.recordsMax, recordCount > most {
            throw Refusal.tooMany(recordCount, most: most)
        }
        let memo = SelectionMemo(request: request, options: options, bound: survey.bound)
        let job = try await StreamCreation(core: core).create(
            spec, recordCount: recordCount, request: memo.bytes)
        let operation = SelectionOperation(id: job.id, plan: plan, bound: survey.bound, options: options)
        let place = SelectionPlace(
            job: job, record: 0, lastKey: nil, told: JobCounts(), isResumed: false, begunAt: begunAt)
        return opening.stream(operation, from: place, recordCount: recordCount)
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
