import BulkModel
import Synchronization

/// Lets one upload a job in at a time.
final class UploadGate: Sendable {
    private let uploading = Mutex<Set<JobID>>([])

    /// False when an upload to the job is under way; else the caller must `leave` when its own is over.
    func enter(_ id: JobID) -> Bool { uploading.withLock { $0.insert(id).inserted } }

    func leave(_ id: JobID) { uploading.withLock { _ = $0.remove(id) } }
}
