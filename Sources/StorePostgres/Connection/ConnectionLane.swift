import Dispatch
import Engine
import Synchronization

/// One place of a pool: a queue of its own and the connection that is used there, made when it is needed.
///
/// `@unchecked Sendable`: `session` is touched on `queue` only.
final class ConnectionLane: @unchecked Sendable {
    private let settings: ConnectionSettings
    private let queue = DispatchQueue(label: "breakbulk.postgres")
    private var session: Session?
    private let cancelHandle = Mutex<CancelHandle?>(nil)

    init(settings: ConnectionSettings) { self.settings = settings }

    /// Runs the body on the queue, on a connection that is open as far as one can know.
    func perform<Value: Sendable>(
        mayConnect: Bool, _ body: @escaping @Sendable (Session) throws -> Value
    ) async throws(StoreError) -> Value {
        let result: Result<Value, StoreError> = await withCheckedContinuation { continuation in
            queue.async {
                do throws(StoreError) {
                    continuation.resume(returning: .success(try self.run(mayConnect, body)))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }

    /// Asks the server to stop what runs now; returns at once.
    func cancel() {
        guard let handle = cancelHandle.withLock({ $0 }) else { return }
        DispatchQueue.global().async { handle.cancel() }
    }

    /// Rolls back what is open and drops the connection if it is lost, or if `mustClose`; then calls `done`.
    func settle(mustClose: Bool, _ done: @escaping @Sendable () -> Void) {
        queue.async {
            self.session?.rollBack()
            if mustClose || self.session?.isBroken == true { self.drop() }
            done()
        }
    }

    /// Closes the connection once the queue is done.
    func close() { queue.async { self.drop() } }

    private func run<Value>(
        _ mayConnect: Bool, _ body: (Session) throws -> Value
    ) throws(StoreError) -> Value {
        do {
            if let session, mayConnect, !session.isStillOpen() { drop() }
            return try body(try session ?? connect(mayConnect))
        } catch {
            throw ServerFailure.storeError(error)
        }
    }

    private func connect(_ mayConnect: Bool) throws -> Session {
        guard mayConnect else { throw StoreError(.busy, "the connection was lost") }
        let new = try Session.connect(settings)
        session = new
        cancelHandle.withLock { $0 = CancelHandle(new.connection) }
        return new
    }

    private func drop() {
        session = nil
        cancelHandle.withLock { $0 = nil }
    }
}
