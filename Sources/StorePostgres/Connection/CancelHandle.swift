import CLibPQ

/// The right to ask the server to stop what one connection does.
///
/// `@unchecked Sendable`: libpq never changes a `PGcancel`, and `PQcancel` may be called from any thread
/// ("Canceling Queries in Progress").
final class CancelHandle: @unchecked Sendable {
    private let handle: OpaquePointer

    /// Must be made where the connection is used; nil when it is lost.
    init?(_ connection: OpaquePointer) {
        guard let handle = PQgetCancel(connection) else { return nil }
        self.handle = handle
    }

    deinit { PQfreeCancel(handle) }

    /// Blocks until the server has the request. That it came to nothing is not told: what runs ends by itself
    /// then.
    func cancel() {
        var message = [CChar](repeating: 0, count: 256)
        _ = PQcancel(handle, &message, Int32(message.count))
    }
}
