import BulkModel
import Synchronization

/// The jobs that this process has created: all that a command on a shared database works on.
///
/// Others' jobs need the rules of their servers' configuration, which a command may not have.
final class OwnJobs: Sendable {
    private let ids = Mutex<Set<JobID>>([])

    func insert(_ id: JobID) { ids.withLock { _ = $0.insert(id) } }

    func contains(_ id: JobID) -> Bool { ids.withLock { $0.contains(id) } }
}

extension EngineCore {
    /// True when this process may work on the job.
    func worksOn(_ id: JobID) -> Bool { ownJobs?.contains(id) ?? true }
}
