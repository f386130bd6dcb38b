import BulkModel

/// Whose query is run next: tenants take turns, and a query that failed in passing rests.
///
/// A tenant with fewer running queries comes first, then the one whose latest query began the longest ago. A query may run
/// for long, so one worker of the node (when it has more) is kept from each tenant: however many queries a tenant has, those
/// of another find a worker. The queries of a tenant come in the order they are listed.
struct QueryTurns: Sendable {
    private struct Query {
        let tenant: TenantID
        /// A worker of this node has it.
        var isTaken = false
        var retries = Retries()
    }

    private var queries: [JobID: Query] = [:]
    /// Number of the start of each tenant's latest query.
    private var starts: [TenantID: Int] = [:]
    private var startCount = 0
    private let runningPerTenantMax: Int

    /// `workers` of this node take turns, from 1.
    init(workers: Int) { runningPerTenantMax = max(1, workers - 1) }

    /// Takes note of all queries that have not ended; the others are forgotten, but for those being run.
    mutating func meet(_ listed: [Job]) {
        let ids = Set(listed.map(\.id))
        queries = queries.filter { ids.contains($0.key) || $0.value.isTaken }
        for job in listed where queries[job.id] == nil { queries[job.id] = Query(tenant: job.spec.tenant) }
        let tenants = Set(queries.values.map(\.tenant))
        starts = starts.filter { tenants.contains($0.key) }
    }

    /// Gives the query whose turn it is among these to a worker, which must `leave` it; nil when all are taken or rest, or
    /// their tenants have as many workers as they may.
    mutating func take(from jobs: [Job], at now: Duration) -> Job? {
        var running: [TenantID: Int] = [:]
        for query in queries.values where query.isTaken { running[query.tenant, default: 0] += 1 }
        let rank = { [starts] (job: Job) in (running[job.spec.tenant] ?? 0, starts[job.spec.tenant] ?? 0) }
        let ready = jobs.filter { [running] job in
            running[job.spec.tenant, default: 0] < runningPerTenantMax && isReady(job.id, at: now)
        }
        guard let next = ready.min(by: { rank($0) < rank($1) }) else { return nil }
        queries[next.id]?.isTaken = true
        return next
    }

    private func isReady(_ id: JobID, at now: Duration) -> Bool {
        guard let query = queries[id] else { return false }
        return !query.isTaken && query.retries.isReady(at: now)
    }

    /// The tenant has its turn: no other node has the query.
    mutating func begin(_ job: Job) {
        startCount += 1
        starts[job.spec.tenant] = startCount
    }

    /// Lets the query rest; gives how often it failed. Nil when it was forgotten.
    mutating func fail(
        _ id: JobID, after error: StoreError, at now: Duration, random: UInt64
    ) -> Retries? {
        // Whether it is lost does not matter: only failures that pass lead to a rest.
        _ = queries[id]?.retries.fail(error, at: now, random: random)
        return queries[id]?.retries
    }

    mutating func leave(_ id: JobID) { queries[id]?.isTaken = false }

    /// Times (`EngineTiming.elapsed`) at which rests end.
    var restEnds: [Duration] { queries.values.map(\.retries.notBefore) }
}
