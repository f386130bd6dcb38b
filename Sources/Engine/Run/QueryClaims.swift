import BulkModel
import Synchronization

/// Which query jobs are being run, so that two workers never run the same one.
final class QueryClaims: Sendable {
    private let claimed = Mutex<Set<JobID>>([])

    /// False when another worker has the job.
    func claim(_ id: JobID) -> Bool { claimed.withLock { $0.insert(id).inserted } }

    func release(_ id: JobID) { claimed.withLock { _ = $0.remove(id) } }
}
