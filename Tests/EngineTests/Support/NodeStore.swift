import BulkModel
import Engine
import Planning
import Synchronization

/// One node's way to a store in memory that it shares with others.
final class NodeStore: SharedStore {
    let base: MemoryStore
    let number: Int

    init(_ base: MemoryStore, number: Int) {
        self.base = base
        self.number = number
    }

    /// The node dies: nothing it does reaches the store any more, and what it held is free.
    func kill() {
        base.state.withLock { state in
            state.shared.dead.insert(number)
            state.shared.cutOff(number)
        }
        dropLocks()
    }

    /// The node loses its connections and gets new ones.
    func dropConnections() {
        base.state.withLock { $0.shared.cutOff(number) }
        dropLocks()
    }

    private func dropLocks() { base.locks.withLock { $0 = $0.filter { $0.value.node != number } } }

    func call<Value>(
        _ body: (inout MemoryStore.State) throws(StoreError) -> Value
    ) throws(StoreError) -> Value {
        try base.call { (state) throws(StoreError) -> Value in
            guard !state.shared.dead.contains(number) else { throw StoreError(.busy, "no connection") }
            return try body(&state)
        }
    }

    /// Fails when the node is dead, without counting as a call.
    private func checkAlive() throws(StoreError) {
        guard base.state.withLock({ !$0.shared.dead.contains(number) }) else {
            throw StoreError(.busy, "no connection")
        }
    }

    func turns(limit: Int) async throws(StoreError) -> [Job] {
        try call { state in
            let jobs = state.jobs.values.filter {
                $0.spec.operation.isWrite && $0.spec.source == .upload
                    && ($0.state == .uploadComplete || $0.state == .inProgress)
            }
            let cuts = state.shared.cuts
            let turn = { (id: JobID) in cuts[id]?.turn ?? 0 }
            var tenantTurns: [TenantID: Int] = [:]
            for job in jobs {
                tenantTurns[job.spec.tenant] = max(tenantTurns[job.spec.tenant] ?? 0, turn(job.id))
            }
            // Round by round: each tenant's next job, then each tenant's second.
            var rounds: [TenantID: Int] = [:]
            let jobTurns = jobs.sorted {
                (turn($0.id), $0.createdAt, $0.id.text) < (turn($1.id), $1.createdAt, $1.id.text)
            }.map { job in
                rounds[job.spec.tenant, default: 0] += 1
                return (job: job, round: rounds[job.spec.tenant] ?? 0)
            }
            let order = jobTurns.sorted { left, right in
                let a = (left.round, tenantTurns[left.job.spec.tenant] ?? 0, turn(left.job.id))
                let b = (right.round, tenantTurns[right.job.spec.tenant] ?? 0, turn(right.job.id))
                return a == b ? left.job.id.text < right.job.id.text : a < b
            }.map(\.job)
            return Array(order.prefix(limit))
        }
    }

    func cutPlace(of id: JobID) async throws(StoreError) -> CutPlace {
        try call { state in
            let cuts = state.shared.cuts[id] ?? SharedBooks.Cuts()
            return CutPlace(record: cuts.record, openCount: cuts.open.count)
        }
    }

    func cut(_ records: Range<Int>, of id: JobID, openMax: Int) async throws(StoreError) -> Bool {
        try call { state in
            var cuts = state.shared.cuts[id] ?? SharedBooks.Cuts()
            guard state.jobs[id]?.state == .inProgress, cuts.record == records.lowerBound,
                cuts.open.count < openMax
            else { return false }
            cuts.record = records.upperBound
            cuts.open.append(SharedBooks.OpenChunk(records: records))
            cuts.openMost = max(cuts.openMost, cuts.open.count)
            cuts.turn = state.shared.nextNumber()
            state.shared.cuts[id] = cuts
            return true
        }
    }

    func passTurn(of id: JobID) async throws(StoreError) {
        try call { state in
            guard state.jobs[id] != nil else { return }
            let turn = state.shared.nextNumber()
            state.shared.cuts[id, default: SharedBooks.Cuts()].turn = turn
        }
    }

    func lease(_ id: JobID) async throws(StoreError) -> (any ChunkLease)? {
        try call { state in
            guard let job = state.jobs[id], var cuts = state.shared.cuts[id],
                let index = cuts.open.firstIndex(where: { $0.lease == nil })
            else { return nil }
            let lease = (number: state.shared.nextNumber(), node: number)
            cuts.open[index].lease = lease
            cuts.leasesMost = max(cuts.leasesMost, cuts.open.count { $0.lease != nil })
            state.shared.cuts[id] = cuts
            return NodeLease(store: self, job: job, records: cuts.open[index].records, number: lease.number)
        }
    }

    func lock(_ name: NodeLockName) async throws(StoreError) -> (any NodeLock)? {
        try call { state in
            let lock = (number: state.shared.nextNumber(), node: number)
            let isFree = base.locks.withLock { locks in
                if locks[name] != nil { return false }
                locks[name] = lock
                return true
            }
            return isFree ? MemoryLock(store: base, name: name, number: lock.number) : nil
        }
    }

    func uploadsMark(orElse fresh: [UInt8]?) async throws(StoreError) -> [UInt8]? {
        try call { state in
            state.shared.uploadsMark = state.shared.uploadsMark ?? fresh
            return state.shared.uploadsMark
        }
    }

    func listen(_ deliver: @escaping @Sendable (JobSignals.Topic) -> Void) async {
        base.listeners.withLock { $0[number] = deliver }
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        for await _ in stream {}
        continuation.finish()
        base.listeners.withLock { $0[number] = nil }
    }

    func tables() async throws(StoreError) -> [TableDescription] {
        try checkAlive()
        return try await base.tables()
    }

    func insert(_ job: Job, request: [UInt8]?, activeMax: Int) async throws(StoreError) {
        try checkAlive()
        try await base.insert(job, request: request, activeMax: activeMax)
    }

    func request(of id: JobID) async throws(StoreError) -> [UInt8]? {
        try checkAlive()
        return try await base.request(of: id)
    }

    func job(_ id: JobID) async throws(StoreError) -> Job? {
        try checkAlive()
        return try await base.job(id)
    }

    func jobs(_ filter: JobFilter) async throws(StoreError) -> [Job] {
        try checkAlive()
        return try await base.jobs(filter)
    }

    func change(
        _ id: JobID, _ change: @escaping @Sendable (inout Job) -> Refusal?
    ) async throws(StoreError) -> Result<Job, Refusal> {
        try checkAlive()
        let result = try await base.change(id, change)
        if case .success(let job) = result { base.tell(job) }
        return result
    }

    func save(_ page: SegmentPage, of id: JobID, source: SegmentSource) async throws(StoreError) {
        try checkAlive()
        try await base.save(page, of: id, source: source)
    }

    func segmentPage(
        holding record: Int, of id: JobID, source: SegmentSource
    ) async throws(StoreError) -> SegmentPage? {
        try checkAlive()
        return try await base.segmentPage(holding: record, of: id, source: source)
    }

    /// Without a lease for streams alone, which one reader drives.
    func apply(_ chunk: Chunk) async throws(StoreError) -> AppliedChunk {
        try checkAlive()
        guard base.state.withLock({ $0.jobs[chunk.job]?.spec.source == .stream }) else {
            throw StoreError(.failed, "a chunk was applied without a lease")
        }
        let applied = try await base.apply(chunk)
        base.tell(applied.job)
        return applied
    }

    func survey(
        _ selection: SelectionPlan, after: RecordKey?, within bound: SelectionBound?
    ) async throws(StoreError) -> SelectionSurvey {
        try checkAlive()
        return try await base.survey(selection, after: after, within: bound)
    }

    func apply(_ chunk: SelectionChunk) async throws(StoreError) -> AppliedChunk {
        try checkAlive()
        let applied = try await base.apply(chunk)
        base.tell(applied.job)
        return applied
    }

    func receipts(of id: JobID, from record: Int, limit: Int) async throws(StoreError) -> [ChunkReceipt] {
        try checkAlive()
        return try await base.receipts(of: id, from: record, limit: limit)
    }

    func open(_ query: QueryRequest) async throws(StoreError) -> any QueryCursor {
        try checkAlive()
        return try await base.open(query)
    }

    func sweep(_ id: JobID) async throws(StoreError) {
        try checkAlive()
        try await base.sweep(id)
    }
}
