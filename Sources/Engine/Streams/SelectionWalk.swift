import BulkModel
import Formats
import Planning

/// Where one reader of a selection stands, and what is to be done for it next; pure.
///
/// Records up to `record` were told. Those behind it are in receipts when somebody has committed them already, and are
/// found and changed by the next chunk when nobody has; the store's guard decides between several readers.
struct SelectionWalk: Sendable {
    enum Step: Sendable {
        /// Look where the operation is, and tell what was committed behind the reader.
        case look
        /// Apply the next chunk, of at most so many records.
        case apply(recordsMax: Int)
        /// End the operation here: it has as many records as it may.
        case end
        case tellSummary
        case refuse(Refusal)
    }

    /// As it was seen last.
    private(set) var job: Job
    /// Number of the last record told.
    private(set) var record: Int
    /// Key of the last record that is committed, as far as is known: of `record`, once nothing is left to look for.
    private(set) var lastKey: RecordKey?
    /// Outcomes of the records told, over all streams of the operation.
    private var told: JobCounts
    private(set) var stop: AppliedChunk.Stop?
    /// Errors from this record on count towards `errorsMax`: those before were told by other streams.
    private let freshFrom: Int
    private var freshErrors = 0
    private var mustLook: Bool
    /// Times that the operation was said to have moved since the last outcome was told.
    private var movedCount = 0
    private static let movedMax = 3
    private var sizer: ChunkSizer
    private let options: StreamOptions
    /// Records that one chunk may have.
    private let chunkRecordsMax: Int

    /// Records of a chunk whose documents the store reads as well: they are in memory together.
    private static let documentsMax = 1000

    init(
        _ place: SelectionPlace, options: StreamOptions, sizer: ChunkSizer, hasDocuments: Bool = false
    ) {
        job = place.job
        record = place.record
        lastKey = place.lastKey
        told = place.told
        freshFrom = place.job.nextRecord
        mustLook = place.isResumed
        self.options = options
        self.sizer = sizer
        chunkRecordsMax = hasDocuments ? Self.documentsMax : .max
    }

    /// Outcomes up to the last record told.
    var counts: JobCounts {
        var counts = told
        counts.read = max(options.limited(job.counts.read), told.processed)
        return counts
    }

    /// True once all records were told and the operation is complete.
    var isOver: Bool { job.state == .jobComplete && job.nextRecord == record + 1 }

    var step: Step {
        if stop != nil { return .tellSummary }
        if movedCount > Self.movedMax { return .refuse(Refusal(cause: StoreError(.jobMoved, ""))) }
        if mustLook || job.nextRecord != record + 1 { return .look }
        switch job.state {
        case .jobComplete: return .tellSummary
        case .aborted, .failed: return .refuse(Refusal(endOf: job))
        case .open, .uploadComplete, .inProgress: break
        }
        let room = options.limited(options.recordsMax ?? .max) - record
        return room > 0 ? .apply(recordsMax: min(recordsWanted, room)) : .end
    }

    /// One more than a chunk has where the chunk is just what is left: so it is seen to be the last one.
    private var recordsWanted: Int {
        let records = min(sizer.records, chunkRecordsMax)
        return job.counts.read - record == records ? records + 1 : records
    }

    /// How the next chunk is to be applied.
    var chunkOptions: ChunkOptions {
        let errorsLeft = options.errorsMax.map { max(1, $0 - freshErrors) }
        return ChunkOptions(isDryRun: options.isDryRun, errorsMax: errorsLeft, keepsKeys: true)
    }

    /// The operation is not where it was thought to be.
    mutating func lookAgain() {
        mustLook = true
        movedCount += 1
    }

    /// Takes over where the operation is; throws when it has lost records that were told.
    mutating func see(_ job: Job) throws(BooksError) {
        guard job.nextRecord > record else {
            throw BooksError("\(job.id) went back to record \(job.nextRecord) from \(record + 1)")
        }
        self.job = job
        mustLook = false
    }

    /// The outcomes of a committed receipt that the reader has not, nil when there are none; they count as told.
    mutating func tell(_ receipt: ChunkReceipt) throws(BooksError) -> StreamOutcomes? {
        let records = receipt.records
        guard records.upperBound > record + 1 else { return nil }
        guard records.lowerBound <= record + 1 else {
            throw BooksError("receipt \(records) behind record \(record) of \(job.id)")
        }
        let outcomes = StreamOutcomes(receipt: receipt, skippedCount: record + 1 - records.lowerBound)
        receipt.add(record + 1..<records.upperBound, to: &told)
        freshErrors += receipt.faults.count { $0.index + receipt.firstRecord >= max(freshFrom, record + 1) }
        record = records.upperBound - 1
        movedCount = 0
        lastKey = receipt.key(at: receipt.recordCount - 1)
        return outcomes
    }

    /// Takes over what the store did, after checking that it follows what was told.
    mutating func take(_ applied: AppliedChunk, took duration: Duration) throws(BooksError) -> StreamOutcomes?
    {
        let receipt = applied.receipt
        guard receipt.firstRecord == record + 1, applied.job.nextRecord == receipt.records.upperBound else {
            throw BooksError("receipt \(receipt.records) for the chunk behind record \(record) of \(job.id)")
        }
        // A store that cannot tell two keys apart would give the same records for ever.
        if let key = receipt.key(at: 0), key == lastKey {
            throw BooksError("record \(record + 1) of \(job.id) has the key of the one before it")
        }
        job = applied.job
        stop = applied.stop
        sizer.observe(records: receipt.recordCount, took: duration)
        return try tell(receipt)
    }
}
