import BulkModel

/// Outcomes of a job's records, page by page, from the receipts alone.
struct OutcomePages: Sendable {
    let core: EngineCore

    /// Receipts that one page looks at, at most.
    private static let receiptsMax = 64

    func page(_ request: OutcomeRequest, of job: Job) async throws -> OutcomePage {
        try check(request, of: job)
        var pager = OutcomePager(
            request, in: records(request, of: job), limit: min(request.limit, core.limits.listLimitMax))
        var receiptCount = 0
        while !pager.isFull, receiptCount < Self.receiptsMax {
            let receipts = try await core.store.receipts(
                of: job.id, from: pager.record, limit: EngineCore.receiptsAPage)
            receiptCount += receipts.count
            for receipt in receipts where !pager.isFull { pager.take(receipt) }
            if receipts.isEmpty { pager.takeGap(before: pager.end) }
        }
        let next = pager.record < pager.end ? pager.record - 1 : nil
        return OutcomePage(outcomes: pager.outcomes, next: next)
    }

    private func check(_ request: OutcomeRequest, of job: Job) throws(Refusal) {
        if job.isSwept {
            throw Refusal(
                .resultsExpired, "The outcomes were kept for some days after the job's end, and are gone.")
        }
        guard job.spec.operation.isWrite else {
            throw Refusal(
                .jobStateConflict, issue: "no_outcomes",
                "A query job has rows, no outcomes of records; download its results.")
        }
        guard request.after >= 0, request.limit >= 1 else {
            throw Refusal(
                .invalidRequest, "Pages begin behind record 0 or later and hold at least one record.")
        }
    }

    /// Records of the page at most. What comes to a stream that has not ended is not known beforehand.
    private func records(_ request: OutcomeRequest, of job: Job) -> Range<Int> {
        let window = ResultWindow(request.part, of: job, from: request.after + 1).records
        guard job.spec.source == .stream || job.spec.source == .selection, !job.state.isTerminal else {
            return window
        }
        let end = min(window.upperBound, job.nextRecord)
        return min(window.lowerBound, end)..<end
    }
}
