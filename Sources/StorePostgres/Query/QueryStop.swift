import Dispatch
import Engine
import Synchronization

/// Says when a query must end: at its time limit, or when its reader has gone.
final class QueryStop: Sendable {
    let deadline: ContinuousClock.Instant
    private let cancelled = Atomic<Bool>(false)
    private let handle = Mutex<CancelHandle?>(nil)

    init(durationMax: Duration) { deadline = ContinuousClock.now + durationMax }

    /// For `statement_timeout`, where 0 would mean none.
    var millisecondsLeft: Int {
        let left = (deadline - .now).components
        return max(1, Int(left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000))
    }

    /// From now on the connection is the one that runs the query.
    func watch(_ session: Session) { handle.withLock { $0 = CancelHandle(session.connection) } }

    /// The reader has gone. Returns at once; the server is asked by another thread.
    func cancel() {
        cancelled.store(true, ordering: .relaxed)
        guard let handle = handle.withLock({ $0 }) else { return }
        DispatchQueue.global().async { handle.cancel() }
    }

    /// Asks the server to stop what it does; blocks until it has heard.
    func stopServer() { handle.withLock { $0 }?.cancel() }

    /// Throws once the query must end.
    func check() throws(StoreError) {
        if cancelled.load(ordering: .relaxed) { throw StoreError(.failed, "the query was cancelled") }
        if ContinuousClock.now >= deadline {
            throw StoreError(.queryLimit, "the query ran past its time limit; narrow it")
        }
    }
}
