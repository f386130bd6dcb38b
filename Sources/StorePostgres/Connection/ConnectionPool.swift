import Engine
import Synchronization

/// A bounded number of connections to one database as one role; callers wait in line for a free one.
final class ConnectionPool: Sendable {
    private typealias Waiter = CheckedContinuation<ConnectionLane?, Never>

    private struct State {
        /// The latest used last, so that few connections serve few callers.
        var free: [ConnectionLane] = []
        var laneCount = 0
        var line: [(ticket: Int, waiter: Waiter)] = []
        var nextTicket = 0
        /// Tickets whose tasks were cancelled before they stood in line.
        var cancelled: Set<Int> = []
        var isClosed = false
    }

    private let settings: ConnectionSettings
    private let connectionsMax: Int
    private let state = Mutex(State())

    /// Connects when somebody wants a connection.
    init(settings: ConnectionSettings, connectionsMax: Int) {
        precondition(connectionsMax > 0, "a pool without connections")
        self.settings = settings
        self.connectionsMax = connectionsMax
    }

    /// Runs the body on a connection of its own queue. `ServerFailure`s become `StoreError`s (see
    /// `ServerFailure+Store`).
    @discardableResult
    func with<Value: Sendable>(
        _ body: @escaping @Sendable (Session) throws -> Value
    ) async throws(StoreError) -> Value {
        let connection = try await take()
        defer { connection.giveBack() }
        return try await connection.perform(body)
    }

    /// As `with`, for a body that only reads: one whose connection was lost under it runs once more, on another.
    func look<Value: Sendable>(
        _ body: @escaping @Sendable (Session) throws -> Value
    ) async throws(StoreError) -> Value {
        do {
            return try await with(body)
        } catch {
            guard error.code == .busy else { throw error }
        }
        return try await with(body)
    }

    /// Takes a connection for several calls, a lease's transaction for one; it must be given back.
    ///
    /// Throws `busy` when the task is cancelled while it waits, or the pool is closed.
    func take() async throws(StoreError) -> PooledConnection {
        let ticket = state.withLock { state in
            defer { state.nextTicket += 1 }
            return state.nextTicket
        }
        let lane = await withTaskCancellationHandler {
            await withCheckedContinuation { self.wait($0, ticket) }
        } onCancel: {
            self.leaveLine(ticket)
        }
        state.withLock { _ = $0.cancelled.remove(ticket) }
        guard let lane else { throw StoreError(.busy, "no connection: the wait for one was ended") }
        return PooledConnection(lane, of: self)
    }

    /// Callers that wait for a connection.
    var waitingCount: Int { state.withLock { $0.line.count } }

    /// Closes all connections; those at work when they come back.
    func close() {
        let (free, line) = state.withLock { state in
            state.isClosed = true
            defer { (state.free, state.line) = ([], []) }
            return (state.free, state.line)
        }
        for lane in free { lane.close() }
        for (_, waiter) in line { waiter.resume(returning: nil) }
    }

    /// Takes a lane back: it goes to who waits longest.
    func put(_ lane: ConnectionLane) {
        let (waiter, isClosed) = state.withLock { state -> (Waiter?, Bool) in
            guard !state.isClosed else { return (nil, true) }
            guard state.line.isEmpty else { return (state.line.removeFirst().waiter, false) }
            state.free.append(lane)
            return (nil, false)
        }
        waiter?.resume(returning: lane)
        if isClosed { lane.close() }
    }

    private func wait(_ waiter: Waiter, _ ticket: Int) {
        let answer = state.withLock { state -> ConnectionLane?? in
            if state.isClosed || state.cancelled.contains(ticket) { return .some(nil) }
            if let lane = state.free.popLast() { return lane }
            if state.laneCount < connectionsMax {
                state.laneCount += 1
                return ConnectionLane(settings: settings)
            }
            state.line.append((ticket, waiter))
            return nil
        }
        if let answer { waiter.resume(returning: answer) }
    }

    private func leaveLine(_ ticket: Int) {
        let waiter = state.withLock { state -> Waiter? in
            guard let index = state.line.firstIndex(where: { $0.ticket == ticket }) else {
                state.cancelled.insert(ticket)
                return nil
            }
            return state.line.remove(at: index).waiter
        }
        waiter?.resume(returning: nil)
    }
}
