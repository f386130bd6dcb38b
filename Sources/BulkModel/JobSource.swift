/// Where a job's records come from.
package enum JobSource: String, CaseIterable, Sendable {
    /// An upload, stored before the job runs (query jobs count here too: they have no records of their own).
    case upload
    /// The table itself: what a selection matches, walked in key order while the caller reads the outcomes.
    case selection
    /// The body of the request that reads the outcomes; it is not stored.
    case stream
    /// The operations of one batch: done, in one transaction, when the job is made.
    case batch
}
