import Engine
import Synchronization

/// An advisory lock of the node's connection, released when nobody refers to it any more, at the latest.
final class HeldNodeLock: NodeLock {
    /// Whether it is still had: told by the connection, asked by the one that works under it.
    final class Flag: Sendable {
        private let value = Mutex(true)

        var isSet: Bool { value.withLock { $0 } }

        func clear() { value.withLock { $0 = false } }
    }

    private let key: Int
    private let flag: Flag
    private let node: NodeSession

    init(key: Int, flag: Flag, node: NodeSession) {
        self.key = key
        self.flag = flag
        self.node = node
    }

    deinit { node.unlock(key, flag) {} }

    var isHeld: Bool { flag.isSet }

    func release() async {
        await withCheckedContinuation { continuation in
            node.unlock(key, flag) { continuation.resume() }
        }
    }
}
