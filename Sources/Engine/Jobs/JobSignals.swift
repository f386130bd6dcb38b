package import BulkModel
import Synchronization

/// Wakes those who wait for something to happen to a job in this process; holds no job data.
///
/// No wake-up is lost: read `version`, look at the job, then wait for what comes after that version. Waking
/// without a cause is allowed, so callers look again.
package final class JobSignals: Sendable {
    /// What one can wait for.
    package enum Topic: Hashable, Sendable {
        /// There may be a job to run.
        case work
        /// The job has ended.
        case ended(JobID)
    }

    private struct Waiter {
        let topic: Topic
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var version = 0
        /// The latest version of the topics signalled last; older ones are forgotten.
        var recent: [(topic: Topic, version: Int)] = []
        var forgottenVersion = 0
        var waiters: [Int: Waiter] = [:]
        var nextWaiter = 0
        /// Waiters that were cancelled before they were added.
        var cancelled: Set<Int> = []
    }

    private static let recentMax = 256
    private let state = Mutex(State())

    package init() {}

    /// Number of the latest signal.
    package var version: Int { state.withLock { $0.version } }

    /// Wakes all who wait for the topic.
    package func notify(_ topic: Topic) {
        let woken = state.withLock { state in
            state.version += 1
            state.recent.removeAll { $0.topic == topic }
            state.recent.append((topic, state.version))
            if state.recent.count > Self.recentMax {
                state.forgottenVersion = state.recent.removeFirst().version
            }
            let keys = state.waiters.filter { $0.value.topic == topic }.keys
            return keys.compactMap { state.waiters.removeValue(forKey: $0) }
        }
        for waiter in woken { waiter.continuation.resume() }
    }

    /// Returns once the topic was signalled after `version`, or the task is cancelled.
    package func wait(for topic: Topic, after version: Int) async {
        let key = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDone = state.withLock { state in
                    if state.cancelled.remove(key) != nil { return true }
                    if version < state.forgottenVersion { return true }
                    if state.recent.contains(where: { $0.topic == topic && $0.version > version }) {
                        return true
                    }
                    state.waiters[key] = Waiter(topic: topic, continuation: continuation)
                    return false
                }
                if isDone { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state -> Waiter? in
                if let waiter = state.waiters.removeValue(forKey: key) { return waiter }
                state.cancelled.insert(key)
                return nil
            }
            waiter?.continuation.resume()
        }
        state.withLock { _ = $0.cancelled.remove(key) }
    }

    /// As `wait`, but at most for `duration`, told by `sleep`.
    package func wait(
        for topic: Topic, after version: Int, atMost duration: Duration,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait(for: topic, after: version) }
            // Losing the error is harmless: it only says that the wait was cancelled, which ends it all the
            // same.
            group.addTask { try? await sleep(duration) }
            await group.next()
            group.cancelAll()
        }
    }
}
