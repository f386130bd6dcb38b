import Synchronization

/// A result that one task waits for and several may give; the first counts, whether it comes before the wait or after.
final class LateAnswer: Sendable {
    typealias Answer = Result<[IPAddress], ResolveFailure>

    private enum State {
        case open
        case waiting(CheckedContinuation<Answer, Never>)
        case given(Answer)
        case taken
    }

    private let state = Mutex(State.open)

    func give(_ answer: Answer) {
        let waiter = state.withLock { state -> CheckedContinuation<Answer, Never>? in
            switch state {
            case .open: state = .given(answer)
            case .waiting(let continuation):
                state = .taken
                return continuation
            case .given, .taken: break
            }
            return nil
        }
        waiter?.resume(returning: answer)
    }

    /// The first answer; at most one call.
    func wait() async -> Answer {
        await withCheckedContinuation { continuation in
            let early = state.withLock { state -> Answer? in
                guard case .given(let answer) = state else {
                    state = .waiting(continuation)
                    return nil
                }
                state = .taken
                return answer
            }
            if let early { continuation.resume(returning: early) }
        }
    }
}
