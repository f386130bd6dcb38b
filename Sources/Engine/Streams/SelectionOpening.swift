import BulkModel
import Planning

/// Makes streams of selections: what begin and resume have in common.
struct SelectionOpening: Sendable {
    let core: EngineCore

    /// What was kept beside the selection's job.
    func memo(of job: Job) async throws -> SelectionMemo {
        guard let bytes = try await core.store.request(of: job.id) else {
            throw BooksError("kept request: \(job.id) has none")
        }
        return try SelectionMemo(bytes: bytes)
    }

    /// The selection of the job, planned anew from what was kept.
    func operation(_ job: Job, _ memo: SelectionMemo, _ options: StreamOptions) async throws
        -> SelectionOperation
    {
        let plan = try SelectionPlanner.plan(
            memo.request, tenant: job.spec.tenant, catalog: try await core.catalog(), limits: core.limits)
        return SelectionOperation(id: job.id, plan: plan, bound: memo.bound, options: options)
    }

    /// Key of the last committed record: behind it the selection goes on.
    func lastKey(of job: Job) async throws -> RecordKey? {
        let record = job.nextRecord - 1
        guard record > 0 else { return nil }
        let receipt = try await core.store.receipts(of: job.id, from: record, limit: 1).first
        guard let receipt, receipt.records.contains(record),
            let key = receipt.key(at: record - receipt.firstRecord)
        else { throw BooksError("no key of record \(record) of \(job.id)") }
        return key
    }

    /// A walk that begins at the place, and who drives it.
    func walk(_ operation: SelectionOperation, from place: SelectionPlace) -> (SelectionWalk, SelectionDriver)
    {
        let sizer = ChunkSizer(
            streamUnder: core.limits, isShared: core.sharedStore != nil,
            fixedRecords: operation.options.chunkRecords)
        let pace = StreamPace(begunAt: place.begunAt, behind: place.record)
        return (
            SelectionWalk(
                place, options: operation.options, sizer: sizer,
                hasDocuments: !operation.plan.standing.documents.isEmpty),
            SelectionDriver(core: core, operation: operation, pace: pace)
        )
    }

    /// The stream from the place on; `recordCount` as in `OutcomeStream`.
    func stream(
        _ operation: SelectionOperation, from place: SelectionPlace, recordCount: Int
    ) -> OutcomeStream {
        OutcomeStream(
            job: place.job, updatedFields: operation.plan.updatedFields, behind: place.record,
            isResumed: place.isResumed, recordCount: recordCount, isDryRun: operation.options.isDryRun
        ) { deliver in
            try await tell(operation, from: place, deliver)
        }
    }

    /// Runs the operation for its reader. When that is cut short and the caller wishes so, it goes on without one.
    private func tell(
        _ operation: SelectionOperation, from place: SelectionPlace,
        _ deliver: @escaping OutcomeStream.Delivery
    ) async throws {
        var (walk, driver) = walk(operation, from: place)
        do {
            try await core.clearStop(of: place.job)
            try await driver.drive(&walk) { event in
                do { try await deliver(event) } catch { throw ReaderGone(cause: error) }
            }
        } catch {
            let isFinal = error is Refusal || error is BooksError || walk.stop != nil
            if operation.options.runsOnAlone, !isFinal {
                core.streams.add(
                    StreamDesk.Errand(
                        job: operation.id, options: operation.options,
                        failedBefore: place.job.counts.failed))
                core.signals.notify(.work)
            }
            throw told(error)
        }
    }

    /// The error as the stream's caller gets it.
    private func told(_ error: any Error) -> any Error {
        switch error {
        case let gone as ReaderGone: gone.cause
        case is CancellationError: error
        default: core.refusal(of: error, during: "stream")
        }
    }
}

/// The reader took an event no more.
private struct ReaderGone: Error {
    let cause: any Error
}
