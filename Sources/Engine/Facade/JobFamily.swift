package import BulkModel

/// A job and those that tried its records again, with what became of all their records.
///
/// A retry takes over as many records as it has itself, of those that were left when it began: unprocessed ones first, then
/// failed ones. Records beyond those left are new; of fewer the others stay as they were, whichever they are. So every record
/// counts once, with its latest outcome; a retry that never got its records takes over nothing.
package struct JobFamily: Hashable, Sendable {
    package let job: Job
    /// Oldest first.
    package let retries: [Job]
    /// Of all of them together.
    package let counts: JobCounts

    package init(_ job: Job, retries: [Job]) {
        self.job = job
        self.retries = retries
        counts = retries.reduce(into: job.counts) { $0.add(retry: $1.counts) }
    }

    /// 0 to 100, rounded down.
    package var percentage: Int {
        guard counts.read > 0 else { return job.state == .jobComplete ? 100 : 0 }
        return counts.processed * 100 / counts.read
    }

    /// Records that another retry can bring to an end.
    var leftCount: Int { counts.failed + counts.unprocessed }

    /// The one whose failed and unprocessed records are tried next: the latest that got any.
    var latest: Job { retries.last { $0.counts.read > 0 } ?? job }
}

extension JobCounts {
    fileprivate mutating func add(retry: JobCounts) {
        let takenUnprocessed = min(retry.read, unprocessed)
        let takenFailed = min(retry.read - takenUnprocessed, failed)
        read += retry.read - takenUnprocessed - takenFailed
        failed += retry.failed - takenFailed
        succeeded += retry.succeeded
        created += retry.created
        updated += retry.updated
        unchanged += retry.unchanged
        deleted += retry.deleted
    }
}
