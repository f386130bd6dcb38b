import BulkModel
import Synchronization

/// What the workers of a node know together of the jobs they share with other nodes.
final class SharedDesk: Sendable {
    private let limits: Limits
    private let jobs = Mutex<[JobID: SharedJob]>([:])
    private let look = Mutex(Retries())

    init(limits: Limits) { self.limits = limits }

    /// Takes note of the jobs that can be worked on; those that are gone are forgotten when the list is whole.
    func meet(_ listed: [Job], isWhole: Bool) {
        look.withLock { $0.succeed() }
        jobs.withLock { jobs in
            if isWhole {
                let ids = Set(listed.map(\.id))
                jobs = jobs.filter { ids.contains($0.key) || $0.value.workerCount > 0 }
            }
            for job in listed where jobs[job.id] == nil { jobs[job.id] = SharedJob(job, limits: limits) }
        }
    }

    /// Sends a worker to the job, unless there are enough or it rests; then the worker must `leave`.
    func enter(_ id: JobID, at now: Duration) -> SharedJob? {
        jobs.withLock { jobs in
            guard jobs[id]?.isReady(at: now) == true else { return nil }
            jobs[id]?.workerCount += 1
            return jobs[id]
        }
    }

    /// No harm when the job was forgotten meanwhile, even if it was met again.
    func leave(_ id: JobID) {
        jobs.withLock { jobs in
            if let count = jobs[id]?.workerCount { jobs[id]?.workerCount = max(0, count - 1) }
        }
    }

    /// What is known of the job; nil when it was forgotten.
    subscript(id: JobID) -> SharedJob? { jobs.withLock { $0[id] } }

    /// Changes what is known of the job; nothing when it was forgotten.
    @discardableResult
    func update<Value>(_ id: JobID, _ change: (inout SharedJob) -> Value) -> Value? {
        jobs.withLock { jobs in
            guard var job = jobs[id] else { return nil }
            defer { jobs[id] = job }
            return change(&job)
        }
    }

    func forget(_ id: JobID) { jobs.withLock { _ = $0.removeValue(forKey: id) } }

    /// Jobs to ask for, so that those which this node cannot work on just now hide no other.
    func turnsWanted(at now: Duration) -> Int {
        jobs.withLock { jobs in
            Self.turnsMin + jobs.values.count { !$0.isReady(at: now) || $0.isAllCut }
        }
    }

    /// True when a worker of the node has nothing to do.
    var hasFreeWorker: Bool {
        jobs.withLock { $0.values.reduce(0) { $0 + $1.workerCount } } < limits.chunksAtOnceMax
    }

    var jobCount: Int { jobs.withLock { $0.count } }

    /// The store did not say whose turn it is: the whole node rests before it asks again.
    func failLook(_ error: StoreError, at now: Duration, random: UInt64) {
        look.withLock { $0.failOnce(error, at: now, random: random) }
    }

    /// How long a worker that found nothing rests.
    func restDuration(at now: Duration) -> Duration {
        EngineCore.restDuration(
            look: look.withLock { $0 },
            restEnds: jobs.withLock { $0.values.map(\.retries.notBefore) }, at: now)
    }

    private static let turnsMin = 16
}
