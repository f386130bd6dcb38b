import Synchronization

/// Bytes gathered by a sink that may run on any thread.
final class GatheredBytes: Sendable {
    private let state = Mutex<[UInt8]>([])

    var bytes: [UInt8] { state.withLock { $0 } }

    func append(_ bytes: [UInt8]) { state.withLock { $0 += bytes } }
}
