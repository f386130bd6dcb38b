package import BulkModel
package import Planning

/// The unit of work, of commit and of retry: records `start ..< batch.recordCount` of a batch.
package struct Chunk: Sendable {
    package let job: JobID
    package let plan: Plan
    package let batch: BoundBatch
    /// Index (from 0) of the first record to apply: more than 0 when the store stopped early before.
    package let start: Int
    /// When the commit happens, for the job's timestamps.
    package let now: Timestamp
    /// True when the batch holds the job's last record: the transaction then also ends the job.
    package let isLast: Bool
    /// How it is to be applied.
    package var options: ChunkOptions

    package init(
        job: JobID, plan: Plan, batch: BoundBatch, start: Int, now: Timestamp, isLast: Bool,
        options: ChunkOptions = ChunkOptions()
    ) {
        self.options = options
        self.job = job
        self.plan = plan
        self.batch = batch
        self.start = start
        self.now = now
        self.isLast = isLast
    }

    /// Number (from 1) of the first record to apply: what the job's checkpoint must be.
    package var firstRecord: Int { batch.origin.record + start }
}
