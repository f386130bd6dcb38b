import Synchronization

/// Hands one piece of the body at a time from who pulls it to who works on it, and notices pauses.
final class BodyMailbox: Sendable {
    /// What became of the body.
    enum Mail: Sendable {
        case piece([UInt8])
        /// Nothing has come for a while.
        case pause
        case end
        case failed(any Error)
        /// Nobody wants the rest.
        case closed
    }

    private struct State {
        var mail: Mail?
        var isClosed = false
        /// The pause was over before anybody waited for its end.
        var hasPaused = false
        var taker: CheckedContinuation<Mail, Never>?
        var putter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())
    private let sleep: @Sendable (Duration) async throws -> Void

    init(sleep: @escaping @Sendable (Duration) async throws -> Void) { self.sleep = sleep }

    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Ends the exchange: whoever waits goes on.
    func close() {
        let waiting = state.withLock { state in
            state.isClosed = true
            state.mail = nil
            defer { (state.taker, state.putter) = (nil, nil) }
            return (state.taker, state.putter)
        }
        waiting.0?.resume(returning: .closed)
        waiting.1?.resume()
    }

    /// Puts the next mail; returns once it is taken, or nobody wants it. One puts at a time.
    func put(_ mail: Mail) async {
        await withCheckedContinuation { (putter: CheckedContinuation<Void, Never>) in
            let (taker, isDone) = state.withLock { state -> (CheckedContinuation<Mail, Never>?, Bool) in
                if state.isClosed { return (nil, true) }
                guard let taker = state.taker else {
                    (state.mail, state.putter) = (mail, putter)
                    return (nil, false)
                }
                state.taker = nil
                return (taker, true)
            }
            taker?.resume(returning: mail)
            if isDone { putter.resume() }
        }
    }

    /// The next mail, or `pause` when none has come for so long; nil waits for ever. One takes at a time.
    func take(pausingAfter pause: Duration?) async -> Mail {
        if let mail = takeNow() { return mail }
        return await withTaskCancellationHandler {
            state.withLock { $0.hasPaused = false }
            guard let pause else { return await takeNext() }
            return await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.wake(after: pause) }
                let mail = await self.takeNext()
                group.cancelAll()
                return mail
            }
        } onCancel: {
            close()
        }
    }

    private func takeNow() -> Mail? {
        let (mail, putter) = state.withLock { state -> (Mail?, CheckedContinuation<Void, Never>?) in
            if state.isClosed { return (.closed, nil) }
            defer { (state.mail, state.putter) = (nil, nil) }
            return (state.mail, state.putter)
        }
        putter?.resume()
        return mail
    }

    private func takeNext() async -> Mail {
        await withCheckedContinuation { taker in
            let found = state.withLock { state -> (Mail, CheckedContinuation<Void, Never>?)? in
                if state.isClosed { return (.closed, nil) }
                guard let mail = state.mail else {
                    if state.hasPaused { return (.pause, nil) }
                    state.taker = taker
                    return nil
                }
                defer { (state.mail, state.putter) = (nil, nil) }
                return (mail, state.putter)
            }
            guard let found else { return }
            found.1?.resume()
            taker.resume(returning: found.0)
        }
    }

    private func wake(after pause: Duration) async {
        do {
            try await sleep(pause)
        } catch {
            // Cancelled: something has come.
            return
        }
        let taker = state.withLock { state in
            state.hasPaused = true
            defer { state.taker = nil }
            return state.taker
        }
        taker?.resume(returning: .pause)
    }
}
