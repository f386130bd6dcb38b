package import BulkModel

/// What a stream tells its reader, in order: outcomes and progress in turns, then one summary.
package enum StreamEvent: Sendable {
    case outcomes(StreamOutcomes)
    case progress(StreamProgress)
    case summary(StreamSummary)
}

/// What became of consecutive records that one chunk committed.
package struct StreamOutcomes: Sendable {
    /// With a key for every record.
    package let receipt: ChunkReceipt
    /// Records at the receipt's beginning that the reader has already.
    package let skippedCount: Int

    package init(receipt: ChunkReceipt, skippedCount: Int = 0) {
        self.receipt = receipt
        self.skippedCount = skippedCount
    }
}

/// A checkpoint: everything up to `record` is committed and told.
package struct StreamProgress: Hashable, Sendable {
    /// Number (from 1) of the last record told: what a cursor is made of.
    package var record: Int
    /// Counts of the whole operation, streams before this one included.
    package var counts: JobCounts
    /// 0 to 100; nil while the number of records is not known.
    package var percentage: Int?
    package var recordsPerSecond: Double?
    package var secondsRemaining: Double?

    package init(
        record: Int, counts: JobCounts, percentage: Int? = nil, recordsPerSecond: Double? = nil,
        secondsRemaining: Double? = nil
    ) {
        self.record = record
        self.counts = counts
        self.percentage = percentage
        self.recordsPerSecond = recordsPerSecond
        self.secondsRemaining = secondsRemaining
    }
}

/// How the stream ended: with the operation, or before an error that was one too many.
package struct StreamSummary: Sendable {
    /// As the last chunk left it: counts of the whole operation, streams before this one included; without `stop`.
    package var job: Job
    /// Set when the stream stopped early: told as an error, counted by nobody yet, and tried again by who resumes.
    package var stop: AppliedChunk.Stop?
    /// Time that this stream took.
    package var duration: Duration

    package init(job: Job, stop: AppliedChunk.Stop?, duration: Duration) {
        self.job = job
        self.stop = stop
        self.duration = duration
    }
}
