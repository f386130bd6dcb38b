import BulkModel
import Synchronization

/// Lets one task of this process in under each name; a store's lock keeps out other nodes, and not every store has one.
final class NameGate: Sendable {
    private let taken = Mutex<Set<NodeLockName>>([])

    /// False when somebody is in under the name; else the caller must `leave` when it is done.
    func enter(_ name: NodeLockName) -> Bool { taken.withLock { $0.insert(name).inserted } }

    func leave(_ name: NodeLockName) { taken.withLock { _ = $0.remove(name) } }
}
