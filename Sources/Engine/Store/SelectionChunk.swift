package import BulkModel
package import Planning

/// The next records of a selection, to be found and applied in one transaction.
package struct SelectionChunk: Sendable {
    package let job: JobID
    package let plan: SelectionPlan
    package let bound: SelectionBound
    /// Number (from 1) of the first record: what the job's checkpoint must be.
    package let firstRecord: Int
    /// Key of the record before it, where a condition selects; nil at the start.
    package let after: RecordKey?
    /// At most so many records, from 1.
    package let recordsMax: Int
    /// When the commit happens: for the job's timestamps, and for time marks that the plan sets or judges by.
    package let now: Timestamp
    /// `keepsKeys` is taken as true.
    package let options: ChunkOptions

    package init(
        job: JobID, plan: SelectionPlan, bound: SelectionBound, firstRecord: Int, after: RecordKey?,
        recordsMax: Int, now: Timestamp, options: ChunkOptions
    ) {
        self.job = job
        self.plan = plan
        self.bound = bound
        self.firstRecord = firstRecord
        self.after = after
        self.recordsMax = recordsMax
        self.now = now
        self.options = options
    }
}
