import Engine
import Synchronization

/// A lock of a node over the store in memory.
struct MemoryLock: NodeLock {
    let store: MemoryStore
    let name: NodeLockName
    let number: Int

    var isHeld: Bool { store.locks.withLock { $0[name]?.number == number } }

    func release() async {
        store.locks.withLock { locks in
            if locks[name]?.number == number { locks[name] = nil }
        }
    }
}
