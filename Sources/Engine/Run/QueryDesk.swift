import BulkModel
import Synchronization

/// What the query workers of a node know together; lost without harm.
final class QueryDesk: Sendable {
    private let turns: Mutex<QueryTurns>
    private let look = Mutex(Retries())

    /// `workers` as in `QueryTurns`.
    init(workers: Int) { turns = Mutex(QueryTurns(workers: workers)) }

    /// As `QueryTurns.meet`, after a look that did not fail.
    func meet(_ listed: [Job]) {
        look.withLock { $0.succeed() }
        turns.withLock { $0.meet(listed) }
    }

    /// As `QueryTurns.take`.
    func take(from jobs: [Job], at now: Duration) -> Job? {
        turns.withLock { $0.take(from: jobs, at: now) }
    }

    /// As `QueryTurns.begin`.
    func begin(_ job: Job) { turns.withLock { $0.begin(job) } }

    /// As `QueryTurns.fail`.
    func fail(_ id: JobID, after error: StoreError, at now: Duration, random: UInt64) -> Retries? {
        turns.withLock { $0.fail(id, after: error, at: now, random: random) }
    }

    /// As `QueryTurns.leave`.
    func leave(_ id: JobID) { turns.withLock { $0.leave(id) } }

    /// The store did not say what there is to do: the whole node rests before it looks again.
    func failLook(_ error: StoreError, at now: Duration, random: UInt64) {
        look.withLock { $0.failOnce(error, at: now, random: random) }
    }

    /// How long a worker that found nothing rests.
    func restDuration(at now: Duration) -> Duration {
        EngineCore.restDuration(
            look: look.withLock { $0 }, restEnds: turns.withLock { $0.restEnds }, at: now)
    }
}
