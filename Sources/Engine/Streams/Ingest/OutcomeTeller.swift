import BulkModel

/// Tells one reader what became of the records, from memory or from the receipts, at the reader's pace.
struct OutcomeTeller {
    let core: EngineCore
    let job: JobID
    /// Records between two checkpoints; nil means a checkpoint at each chunk.
    let progressRecords: Int?
    let queue: OutcomeQueue
    private let begin: Duration
    private let behind: Int
    /// Number of the last record told, and of the last one that a checkpoint told of.
    private(set) var told: Int
    private var checked: Int
    private var counts: JobCounts
    private var paging: ReceiptPaging

    init(
        _ job: Job, behind: Int, options: StreamOptions, core: EngineCore, queue: OutcomeQueue
    ) async throws {
        (self.core, self.queue) = (core, queue)
        self.job = job.id
        progressRecords = options.chunkRecords
        begin = core.timing.elapsed()
        self.behind = behind
        (told, checked) = (behind, behind)
        paging = ReceiptPaging(limits: core.limits)
        counts = try await core.counts(of: job, upTo: behind)
        counts.read = counts.processed
    }

    /// Tells all there is; returns how the work ended, once everything before that is told.
    mutating func run(_ deliver: OutcomeStream.Delivery) async throws -> OutcomeQueue.Ending {
        while true {
            switch await queue.next(after: told) {
            case .receipt(let receipt): try await tell(receipt, deliver)
            case .stored: try await tellStored(deliver)
            case .ending(let ending):
                if case .done(let job, let stop) = ending { try await sum(up: job, stop, deliver) }
                return ending
            }
        }
    }

    private mutating func tellStored(_ deliver: OutcomeStream.Delivery) async throws {
        let next = told + 1
        let (receipts, last) = try await core.receipts(of: job, holding: next, limit: paging.limit)
        paging.take(last)
        for receipt in receipts where receipt.records.contains(told + 1) { try await tell(receipt, deliver) }
    }

    private mutating func tell(_ receipt: ChunkReceipt, _ deliver: OutcomeStream.Delivery) async throws {
        let skippedCount = told + 1 - receipt.firstRecord
        try await deliver(.outcomes(StreamOutcomes(receipt: receipt, skippedCount: skippedCount)))
        receipt.add(told + 1..<receipt.records.upperBound, to: &counts)
        counts.read = counts.processed
        told = receipt.records.upperBound - 1
        guard told - checked >= progressRecords ?? 1 else { return }
        checked = told
        let seconds = (core.timing.elapsed() - begin) / .seconds(1)
        try await deliver(
            .progress(
                StreamProgress(
                    record: told, counts: counts,
                    recordsPerSecond: seconds > 0 ? Double(told - behind) / seconds : nil)))
    }

    private func sum(up job: Job, _ stop: AppliedChunk.Stop?, _ deliver: OutcomeStream.Delivery) async throws
    {
        try await deliver(
            .summary(StreamSummary(job: job, stop: stop, duration: core.timing.elapsed() - begin)))
    }
}
