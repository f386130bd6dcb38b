import BulkModel
import Synchronization

/// Where all who listen to the progress of jobs come to: each watched job is looked at once for all of them.
///
/// One of a job's listeners looks for the others, at most once in `Limits.progressInterval` (up to a second where there
/// are many), and hands on when it leaves. Who
/// is handed on to is not chosen: all are woken, look under the lock, and the first one goes on, so that no wake-up is lost
/// with a listener that leaves at the same moment. Who comes late gets the latest state and none in between.
package final class ProgressDesk: Sendable {
    /// Time between two looks for each listener that is told, and most of it.
    private static let restAListener = Duration.milliseconds(5)
    private static let restMax = Duration.seconds(1)

    private let core: EngineCore
    private let state = Mutex(State())

    private struct State {
        var jobs: [JobID: Watched] = [:]
        var listeners: [TenantID: Int] = [:]
        var nextWaiter = 0
        /// Waiters that were cancelled before they were added.
        var cancelled: Set<Int> = []
    }

    private struct Watched {
        var listeners = 0
        var latest: Job
        /// Rises with every change of `latest`.
        var version = 1
        /// When it was looked at last (`EngineTiming.elapsed`).
        var lookedAt: Duration
        /// One of the listeners looks.
        var isTended = false
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]

        /// Listeners that are slow to come back leave a job untended; who comes anew brings a fresher look along.
        mutating func take(_ job: Job, at now: Duration, ifOlderThan age: Duration) {
            let isNewer = job.state.isTerminal || job.counts.processed > latest.counts.processed
            guard now - lookedAt >= age, isNewer, job != latest else { return }
            latest = job
            version += 1
            lookedAt = now
        }
    }

    init(core: EngineCore) { self.core = core }

    /// Begins to listen to the job, which was just looked at; RATE_LIMITED over the tenant's listeners.
    func open(_ job: Job) throws(Refusal) -> ProgressListener {
        let now = core.timing.elapsed()
        let limit = core.limits.progressListenersMax
        let tenant = job.spec.tenant
        let isFree = state.withLock { state in
            guard state.listeners[tenant, default: 0] < limit else { return false }
            state.listeners[tenant, default: 0] += 1
            var watched = state.jobs[job.id] ?? Watched(latest: job, lookedAt: now)
            watched.listeners += 1
            watched.take(job, at: now, ifOlderThan: core.limits.progressInterval)
            state.jobs[job.id] = watched
            return true
        }
        guard isFree else {
            throw Refusal(
                .rateLimited, issue: "too_many_listeners",
                "There are \(limit) progress listeners of this tenant already; close some first.",
                retryAfterSeconds: 5)
        }
        return ProgressListener(desk: self, job: job)
    }

    func leave(_ id: JobID, of tenant: TenantID) {
        state.withLock { state in
            let rest = state.listeners[tenant, default: 1] - 1
            state.listeners[tenant] = rest > 0 ? rest : nil
            state.jobs[id]?.listeners -= 1
            if state.jobs[id]?.listeners == 0 { state.jobs[id] = nil }
        }
    }

    private enum Step {
        case changed(Job, version: Int)
        /// To look for all, until it hands on.
        case tend
        case wait(Int)
    }

    /// The job as it is once it differs from what the listener was told (`version`); nil after `limit` without any change, or
    /// when the task is cancelled.
    func next(
        _ id: JobID, after version: Int, atMost limit: Duration
    ) async throws(StoreError) -> (job: Job, version: Int)? {
        let deadline = core.timing.elapsed() + limit
        while true {
            switch step(id, after: version) {
            case .changed(let job, let version): return (job, version)
            case .tend:
                let failure = await tend(id, after: version, until: deadline)
                if let failure { throw failure }
                return changed(id, after: version)
            case .wait(let key): await wait(id, key: key, after: version, until: deadline)
            }
            guard core.timing.elapsed() < deadline, !Task.isCancelled else {
                return changed(id, after: version)
            }
        }
    }

    private func step(_ id: JobID, after version: Int) -> Step {
        state.withLock { state in
            guard let watched = state.jobs[id] else { preconditionFailure("nobody listens to \(id)") }
            if watched.version > version { return .changed(watched.latest, version: watched.version) }
            guard watched.isTended else {
                state.jobs[id]?.isTended = true
                return .tend
            }
            state.nextWaiter += 1
            return .wait(state.nextWaiter)
        }
    }

    private func changed(_ id: JobID, after version: Int) -> (job: Job, version: Int)? {
        state.withLock { state in
            guard let watched = state.jobs[id], watched.version > version else { return nil }
            return (watched.latest, watched.version)
        }
    }

    /// Looks for everybody, until there is a change, the time is over or the task is cancelled; then hands on.
    private func tend(_ id: JobID, after version: Int, until deadline: Duration) async -> StoreError? {
        defer { handOn(id) }
        while !Task.isCancelled {
            let signal = core.signals.version
            let now = core.timing.elapsed()
            let rest = max(.zero, interval(of: id) - (now - lookedAt(id)))
            guard rest <= deadline - now else {
                await pause(id, signal, atMost: deadline - now)
                return nil
            }
            if rest > .zero { await pause(id, signal, atMost: rest) }
            guard !Task.isCancelled else { return nil }
            do {
                keep(try await core.store.job(id), as: id)
            } catch {
                // What passes is waited for: the listeners hear comments meanwhile.
                guard error.isRetryable else { return error }
                keep(nil, as: id)
            }
            guard changed(id, after: version) == nil, core.timing.elapsed() < deadline else { return nil }
        }
        return nil
    }

    /// Shorter when the job ends in this process.
    private func pause(_ id: JobID, _ signal: Int, atMost duration: Duration) async {
        await core.signals.wait(for: .ended(id), after: signal, atMost: duration, sleep: core.timing.sleep)
    }

    /// Grows with the listeners, so that telling many costs no more a second than telling some.
    private func interval(of id: JobID) -> Duration {
        let count = state.withLock { $0.jobs[id]?.listeners ?? 0 }
        return max(core.limits.progressInterval, min(Self.restMax, Self.restAListener * count))
    }

    private func lookedAt(_ id: JobID) -> Duration {
        state.withLock { $0.jobs[id]?.lookedAt ?? .zero }
    }

    private func keep(_ found: Job?, as id: JobID) {
        let now = core.timing.elapsed()
        state.withLock { state in
            state.jobs[id]?.lookedAt = now
            guard let found, let watched = state.jobs[id], found != watched.latest else { return }
            state.jobs[id]?.latest = found
            state.jobs[id]?.version += 1
        }
    }

    /// Wakes all: some have something to tell, one of the others looks next.
    private func handOn(_ id: JobID) {
        let woken = state.withLock { state in
            state.jobs[id]?.isTended = false
            let waiters = state.jobs[id].map { Array($0.waiters.values) } ?? []
            state.jobs[id]?.waiters = [:]
            return waiters
        }
        for waiter in woken { waiter.resume() }
    }

    private func wait(_ id: JobID, key: Int, after version: Int, until deadline: Duration) async {
        let rest = max(.zero, deadline - core.timing.elapsed())
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait(id, key: key, unlessChangedFrom: version) }
            // Cancelled or run out: in both cases there is nothing more to wait for.
            group.addTask { [core] in try? await core.timing.sleep(rest) }
            await group.next()
            group.cancelAll()
        }
    }

    /// Returns once somebody has looked, or the task is cancelled. What happened between the step that led here and this is
    /// looked for under the lock: then there is nothing to wait for.
    private func wait(_ id: JobID, key: Int, unlessChangedFrom version: Int) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDone = state.withLock { state in
                    if state.cancelled.remove(key) != nil { return true }
                    guard let watched = state.jobs[id], watched.isTended, watched.version <= version else {
                        return true
                    }
                    state.jobs[id]?.waiters[key] = continuation
                    return false
                }
                if isDone { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
                if let waiter = state.jobs[id]?.waiters.removeValue(forKey: key) { return waiter }
                state.cancelled.insert(key)
                return nil
            }
            waiter?.resume()
        }
        state.withLock { _ = $0.cancelled.remove(key) }
    }
}
