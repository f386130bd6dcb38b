package import BulkModel

/// What one node at a time may do.
package enum NodeLockName: Hashable, Sendable {
    /// Take the upload of a job.
    case upload(JobID)
    /// Run a query job.
    case query(JobID)
    /// Answer the request with this idempotency key.
    case reply(ReplyKey)
}
