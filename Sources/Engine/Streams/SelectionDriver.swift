import BulkModel
import Planning

/// Takes a selection from where its reader stands to its end, chunk by chunk.
///
/// Nothing is held while the reader takes an event: a chunk has committed before its outcomes are told.
struct SelectionDriver: Sendable {
    let core: EngineCore
    let operation: SelectionOperation
    let pace: StreamPace

    /// Throws what `deliver` threw, a refusal when the operation has ended otherwise, `CancellationError` at a chunk's
    /// edge, and `StoreError` and `BooksError`; `walk` is then where the reader is.
    func drive(_ walk: inout SelectionWalk, _ deliver: OutcomeStream.Delivery) async throws {
        while true {
            try Task.checkCancellation()
            switch walk.step {
            case .look: try await look(&walk, deliver)
            case .apply(let recordsMax): try await apply(recordsMax, &walk, deliver)
            case .end: try await end(&walk)
            case .refuse(let refusal): throw refusal
            case .tellSummary:
                let duration = core.timing.elapsed() - pace.begunAt
                return try await deliver(
                    .summary(StreamSummary(job: walk.job, stop: walk.stop, duration: duration)))
            }
        }
    }

    /// Applies the next chunk and tells what became of its records.
    private func apply(
        _ recordsMax: Int, _ walk: inout SelectionWalk, _ deliver: OutcomeStream.Delivery
    ) async throws {
        let (record, lastKey, options) = (walk.record, walk.lastKey, walk.chunkOptions)
        let attempt: (applied: AppliedChunk, duration: Duration)
        do {
            attempt = try await core.patiently(for: operation.id) { () async throws(StoreError) in
                let begin = core.timing.elapsed()
                let applied = try await core.store.apply(
                    SelectionChunk(
                        job: operation.id, plan: operation.plan, bound: operation.bound,
                        firstRecord: record + 1, after: lastKey, recordsMax: recordsMax,
                        now: core.clock.now(), options: options))
                return (applied, core.timing.elapsed() - begin)
            }
        } catch let error as StoreError where error.code == .jobMoved {
            // Another reader was faster, or the operation was ended.
            return walk.lookAgain()
        }
        let (applied, duration) = (try await noted(attempt.applied), attempt.duration)
        let (count, failed) = (applied.receipt.recordCount, applied.receipt.faults.count)
        core.observe(.chunkApplied(operation.id, records: count, failed: failed, duration: duration))
        if applied.job.state.isTerminal { core.noteEnd(of: applied.job) }
        let outcomes = try walk.take(applied, took: duration)
        try await tell(outcomes, walk, deliver)
    }

    /// What the store did, once it is noted beside the operation that it stopped there.
    private func noted(_ applied: AppliedChunk) async throws -> AppliedChunk {
        guard let stop = applied.stop else { return applied }
        let job = try await core.note(stop, of: applied.job)
        return AppliedChunk(receipt: applied.receipt, job: job, stop: stop)
    }

    /// Tells what is committed behind the reader, receipt by receipt.
    private func look(_ walk: inout SelectionWalk, _ deliver: OutcomeStream.Delivery) async throws {
        let job = try await core.patiently(for: operation.id) { () async throws(StoreError) in
            try await core.store.job(operation.id)
        }
        guard let job else { throw StoreError(.jobNotFound, "\(operation.id)") }
        guard !job.isSwept else { throw Refusal.swept(job) }
        try walk.see(job)
        var paging = ReceiptPaging(limits: core.limits)
        while walk.record + 1 < job.nextRecord {
            let (page, last) = try await core.receipts(
                of: operation.id, holding: walk.record + 1, limit: paging.limit)
            for receipt in page {
                try Task.checkCancellation()
                let outcomes = try walk.tell(receipt)
                try await tell(outcomes, walk, deliver)
            }
            paging.take(last)
        }
    }

    private func tell(
        _ outcomes: StreamOutcomes?, _ walk: SelectionWalk, _ deliver: OutcomeStream.Delivery
    ) async throws {
        guard let outcomes else { return }
        try await deliver(.outcomes(outcomes))
        let progress = pace.progress(walk.counts, isOver: walk.isOver, now: core.timing.elapsed())
        try await deliver(.progress(progress))
    }

    /// Ends the operation where it is.
    private func end(_ walk: inout SelectionWalk) async throws {
        let record = walk.record
        let result = try await core.patiently(for: operation.id) { () async throws(StoreError) in
            try await core.store.change(
                operation.id, JobMachine.ending(behind: record, at: core.clock.now()))
        }
        switch result {
        case .success(let job):
            core.noteEnd(of: job)
            try walk.see(job)
        case .failure: walk.lookAgain()
        }
    }
}
