import BulkModel
import Planning

extension EngineCore {
    /// Jobs that are closed and have not ended: what a runner works on, oldest first. Those whose records are not in an
    /// upload are worked on by who reads their outcomes.
    func unfinishedJobs() async throws(StoreError) -> [Job] {
        try await jobs(in: [.uploadComplete, .inProgress])
            .filter { $0.spec.source == .upload && worksOn($0.id) }
    }

    /// All jobs in these states that `refine` lets through, oldest first, read page by page.
    func jobs(
        in states: Set<JobState>, refine: (inout JobFilter) -> Void = { _ in }
    ) async throws(StoreError) -> [Job] {
        var filter = JobFilter(states: states, limit: Self.jobsAPage)
        refine(&filter)
        var found: [Job] = []
        while true {
            let page = try await store.jobs(filter)
            found += page
            guard page.count == filter.limit, let last = page.last else { return found.reversed() }
            filter.before = JobFilter.Cursor(createdAt: last.createdAt, id: last.id)
        }
    }

    /// How long who found nothing to do rests: until the next poll, or the end of the first back-off when that is sooner;
    /// after looks that failed, until their back-off ends.
    static func restDuration(look: Retries, restEnds: [Duration], at now: Duration) -> Duration {
        if look.attempts > 0, !look.isReady(at: now) { return look.notBefore - now }
        let waits = restEnds.map { $0 - now }
        return min(pollInterval, waits.filter { $0 > .zero }.min() ?? pollInterval)
    }

    /// How the bytes of the job become records. Throws a refusal when the table has changed, `BooksError` when the receipts
    /// before its checkpoint have gaps.
    func recipe(for job: Job) async throws -> ChunkRecipe {
        guard let upload = job.upload else {
            throw Refusal(.internalError, "The job was started without an upload.")
        }
        let header = job.spec.format == .csv ? upload.header : nil
        let plan = try Planner.plan(job.spec, header: header, catalog: try await catalog())
        guard try await receiptsCover(job) else {
            throw BooksError("receipts before record \(job.nextRecord)")
        }
        return ChunkRecipe(job, upload: upload, plan: plan, limits: limits, making: making)
    }

    /// True when the job's receipts hold every record before its checkpoint exactly once; those from there on may have
    /// gaps.
    func receiptsCover(_ job: Job) async throws(StoreError) -> Bool {
        var record = 1
        while record < job.nextRecord {
            let receipts = try await store.receipts(of: job.id, from: record, limit: Self.receiptsAPage)
            guard !receipts.isEmpty else { return false }
            for receipt in receipts where record < job.nextRecord {
                guard receipt.firstRecord == record, receipt.recordCount > 0 else { return false }
                record += receipt.recordCount
            }
        }
        return record == job.nextRecord
    }

    private static let jobsAPage = 500
    /// Receipts that are in memory at once; one covers at most `chunkRecordsMax` records.
    static let receiptsAPage = 8
}
