package import BulkModel

/// One who listens to a job's progress; its place is free again when nobody holds it any more.
///
/// To be used by one task at a time.
package final class ProgressListener: Sendable {
    private let desk: ProgressDesk
    /// The job as it was when the listening began.
    package let job: Job

    init(desk: ProgressDesk, job: Job) {
        self.desk = desk
        self.job = job
    }

    deinit { desk.leave(job.id, of: job.spec.tenant) }

    /// The job as it is once it differs from the one of that version (0: from none), and its own version; nil after `limit`
    /// without a change, or when the task is cancelled. Changes in between are passed over.
    package func next(
        after version: Int, atMost limit: Duration
    ) async throws(Refusal) -> (job: Job, version: Int)? {
        do {
            return try await desk.next(job.id, after: version, atMost: limit)
        } catch {
            throw Refusal(cause: error)
        }
    }
}
