import Engine
import Synchronization

/// A connection taken from the pool.
final class PooledConnection: Sendable {
    private struct State {
        var isFirst = true
        var isGivenBack = false
        var wasCancelled = false
    }

    private let lane: ConnectionLane
    private let pool: ConnectionPool
    private let state = Mutex(State())

    init(_ lane: ConnectionLane, of pool: ConnectionPool) {
        self.lane = lane
        self.pool = pool
    }

    deinit { giveBack() }

    /// Runs the body on the connection's own queue.
    ///
    /// Only the first call may connect: a later one would find that the transaction which it goes on with is
    /// not there.
    @discardableResult
    func perform<Value: Sendable>(
        _ body: @escaping @Sendable (Session) throws -> Value
    ) async throws(StoreError) -> Value {
        let (isFirst, isGivenBack) = state.withLock { state in
            defer { state.isFirst = false }
            return (state.isFirst, state.isGivenBack)
        }
        precondition(!isGivenBack, "the connection was given back")
        return try await lane.perform(mayConnect: isFirst, body)
    }

    /// Asks the server to stop what the connection does now; callable from anywhere.
    func cancel() {
        state.withLock { state in
            guard !state.isGivenBack else { return }
            state.wasCancelled = true
            lane.cancel()
        }
    }

    /// Gives it back, once; a transaction that is still open is rolled back, a broken connection closed.
    ///
    /// One that was cancelled is closed too: the request could reach the server late and stop the next one's
    /// statement.
    func giveBack() {
        let (isDone, wasCancelled) = state.withLock { state in
            defer { state.isGivenBack = true }
            return (state.isGivenBack, state.wasCancelled)
        }
        guard !isDone else { return }
        let (lane, pool) = (lane, pool)
        lane.settle(mustClose: wasCancelled) { pool.put(lane) }
    }
}
