import BulkModel
import Planning

/// Resumes selections: what was committed behind the cursor is told from the receipts, the rest is done.
struct SelectionResumption: Sendable {
    let core: EngineCore

    /// `job` is the caller's.
    func resume(
        _ job: Job, behind record: Int, as asked: (request: SelectionRequest, options: StreamOptions)?
    ) async throws -> OutcomeStream {
        let begunAt = core.timing.elapsed()
        guard !job.isSwept else { throw Refusal.swept(job) }
        let opening = SelectionOpening(core: core)
        let memo = try await opening.memo(of: job)
        let options = asked?.options ?? memo.options
        try options.check(core.limits)
        if let asked,
            !asked.request.asksTheSame(as: memo.request) || asked.options.isDryRun != memo.options.isDryRun
                || asked.options.limit != memo.options.limit
        {
            throw Refusal.otherRequest
        }
        if !job.state.isTerminal { try options.check(begun: memo.options) }
        guard (0..<job.nextRecord).contains(record) else { throw Refusal.cursorAhead(record, of: job) }
        let operation = try await opening.operation(job, memo, options)
        let lastKey = try await opening.lastKey(of: job)
        let committed = job.nextRecord - 1
        let left = try await recordsLeft(job, operation, after: lastKey)
        var total = max(committed, options.limited(committed + left))
        if let most = options.recordsMax, total > most, !job.state.isTerminal {
            // Records that came to match meanwhile are no reason to refuse what was begun.
            guard most == memo.options.recordsMax else { throw Refusal.tooMany(total, most: most) }
            total = max(most, committed)
        }
        core.ownJobs?.insert(job.id)
        let place = SelectionPlace(
            job: job, record: record, lastKey: lastKey, told: try await core.counts(of: job, upTo: record),
            isResumed: true, begunAt: begunAt)
        return opening.stream(operation, from: place, recordCount: total - record)
    }

    /// Records of the selection that have no outcome yet.
    private func recordsLeft(
        _ job: Job, _ operation: SelectionOperation, after key: RecordKey?
    ) async throws(StoreError) -> Int {
        guard !job.state.isTerminal else { return 0 }
        switch operation.plan.scope {
        case .listed(let ids): return max(0, ids.count - (job.nextRecord - 1))
        case .matching:
            return try await core.store.survey(operation.plan, after: key, within: operation.bound)
                .recordCount
        }
    }
}
