import BulkModel
import Engine
import Formats
import Planning
import Synchronization

/// A store in memory that keeps the promises of the protocol: one lock, so every call is one transaction.
///
/// Tables have a key column `id` (automatic or given) and texts; rows are kept by key.
final class MemoryStore: Store {
    struct State {
        var tables: [TableDescription]
        var rows: [String: [String: [String?]]] = [:]
        var nextKey: Int64 = 1
        var jobs: [JobID: Job] = [:]
        var requests: [JobID: [UInt8]] = [:]
        /// Keys of rows that the tables' own rules refuse to change.
        var refusedKeys: Set<String> = []
        /// Chunks of a selection begin with the last record of the chunk before.
        var repeatsKeys = false
        var pages: [PageKey: [SegmentPage]] = [:]
        var receipts: [JobID: [ChunkReceipt]] = [:]
        var calls = 0
        /// Errors by number of the call, from 1.
        var failures: [Int: StoreError] = [:]
        /// Records that an `apply` covers at most; nil for all.
        var applyMax: Int?
        var applied: [Applied] = []
        var queryPages: [QueryPage] = []
        var queryRefusal: StoreError?
        var shared = SharedBooks()
        var replies: [ReplyKey: StoredReply] = [:]
        /// What a change with an answer fails with although it is done.
        var lostChange: StoreError?
    }

    struct PageKey: Hashable {
        var job: JobID
        var source: SegmentSource
    }

    /// One successful `apply`.
    struct Applied: Hashable {
        var job: JobID
        var firstRecord: Int
        var count: Int
    }

    let state: Mutex<State>
    /// Jobs whose chunks fail, and with what.
    let refused = Mutex<[JobID: StoreError]>([:])
    /// Called before each `apply`, outside of the lock.
    let beforeApply = Mutex<(@Sendable (Chunk) -> Void)?>(nil)

    /// Called after each list of jobs, outside of the lock.
    let afterJobs = Mutex<(@Sendable () -> Void)?>(nil)
    /// Called before each `apply` of a selection, outside of the lock.
    let beforeSelection = Mutex<(@Sendable (SelectionChunk) -> Void)?>(nil)
    /// Called after each `apply` of a selection, which then fails so although it is done.
    let afterSelection = Mutex<(@Sendable (SelectionChunk) -> StoreError?)?>(nil)
    /// Called before each page of a query.
    let beforePage = Mutex<(@Sendable () -> Void)?>(nil)
    /// Locks that nodes have; apart from the rest because they are asked for within changes.
    let locks = Mutex<[NodeLockName: (number: Int, node: Int)]>([:])
    /// Nodes that listen, by number.
    let listeners = Mutex<[Int: @Sendable (JobSignals.Topic) -> Void]>([:])

    init(tables: [TableDescription]) { state = Mutex(State(tables: tables)) }

    /// Runs a call: counts it, and fails it when it is to fail.
    func call<Value>(_ body: (inout State) throws(StoreError) -> Value) throws(StoreError) -> Value {
        try state.withLock { (state) throws(StoreError) -> Value in
            state.calls += 1
            if let failure = state.failures[state.calls] { throw failure }
            return try body(&state)
        }
    }

    /// Signals what a change of the job means to all nodes.
    func tell(_ job: Job) {
        let deliver = listeners.withLock { Array($0.values) }
        if job.state == .uploadComplete { for deliver in deliver { deliver(.work) } }
        if job.state.isTerminal { for deliver in deliver { deliver(.ended(job.id)) } }
    }

    func tables() async throws(StoreError) -> [TableDescription] { try call { $0.tables } }

    func insert(_ job: Job, request: [UInt8]?, activeMax: Int) async throws(StoreError) {
        try call { (state) throws(StoreError) in
            let isUpload = job.spec.source == .upload
            let active = state.jobs.values.count {
                $0.spec.tenant == job.spec.tenant && !$0.state.isTerminal
                    && ($0.spec.source == .upload) == isUpload
            }
            guard active < activeMax else { throw StoreError(.tooManyJobs, "\(active) jobs") }
            state.jobs[job.id] = job
            state.requests[job.id] = request
        }
    }

    func request(of id: JobID) async throws(StoreError) -> [UInt8]? { try call { $0.requests[id] } }

    func job(_ id: JobID) async throws(StoreError) -> Job? { try call { $0.jobs[id] } }

    func jobs(_ filter: JobFilter) async throws(StoreError) -> [Job] {
        let jobs = try call { state in
            let found = state.jobs.values.filter { filter.admits($0) }
            return Array(
                found.sorted { ($1.createdAt, $1.id.text) < ($0.createdAt, $0.id.text) }.prefix(filter.limit))
        }
        afterJobs.withLock { $0 }?()
        return jobs
    }

    func change(
        _ id: JobID, _ change: @escaping @Sendable (inout Job) -> Refusal?
    ) async throws(StoreError) -> Result<Job, Refusal> {
        try call { (state) throws(StoreError) -> Result<Job, Refusal> in
            guard var job = state.jobs[id] else { throw StoreError(.jobNotFound, "no job") }
            if let refusal = change(&job) { return .failure(refusal) }
            state.jobs[id] = job
            return .success(job)
        }
    }

    func save(_ page: SegmentPage, of id: JobID, source: SegmentSource) async throws(StoreError) {
        try call { state in
            let key = PageKey(job: id, source: source)
            state.pages[key, default: []].removeAll { $0.firstRecord >= page.firstRecord }
            state.pages[key, default: []].append(page)
        }
    }

    func segmentPage(
        holding record: Int, of id: JobID, source: SegmentSource
    ) async throws(StoreError) -> SegmentPage? {
        try call { state in
            state.pages[PageKey(job: id, source: source)]?.first {
                ($0.firstRecord..<$0.firstRecord + $0.recordCount).contains(record)
            }
        }
    }

    func apply(_ chunk: Chunk) async throws(StoreError) -> AppliedChunk {
        beforeApply.withLock { $0 }?(chunk)
        if let error = refused.withLock({ $0[chunk.job] }) { throw error }
        return try call { (state) throws(StoreError) -> AppliedChunk in
            let rest = chunk.batch.recordCount - chunk.start
            return try state.apply(chunk, count: min(state.applyMax ?? .max, rest)) { machine, receipt in
                guard machine.job.spec.source != .upload else {
                    return machine.advance(by: receipt, at: chunk.now)
                }
                return machine.advance(
                    by: receipt, isLast: chunk.isLast && receipt.recordCount == rest, at: chunk.now)
            }
        }
    }

    func receipts(of id: JobID, from record: Int, limit: Int) async throws(StoreError) -> [ChunkReceipt] {
        try call { state in
            let later = (state.receipts[id] ?? []).filter { $0.records.upperBound > record }
            return Array(later.sorted { $0.firstRecord < $1.firstRecord }.prefix(limit))
        }
    }

    func open(_ query: QueryRequest) async throws(StoreError) -> any QueryCursor {
        try call { (state) throws(StoreError) -> any QueryCursor in
            if let refusal = state.queryRefusal { throw refusal }
            return MemoryCursor(pages: state.queryPages, store: self)
        }
    }

    func sweep(_ id: JobID) async throws(StoreError) {
        try call { state in
            state.jobs[id]?.isSwept = true
            state.receipts[id] = nil
            state.requests[id] = nil
            state.pages = state.pages.filter { $0.key.job != id }
        }
    }
}

extension MemoryStore.State {
    /// Changes rows and job together, or nothing. A chunk that stopped before its first record leaves the job as it is.
    mutating func apply(
        _ chunk: Chunk, count: Int, knownKeys: [RecordKey] = [],
        advance: (inout JobMachine, ChunkReceipt) -> Refusal?
    ) throws(StoreError) -> AppliedChunk {
        guard let job = jobs[chunk.job] else { throw StoreError(.jobNotFound, "no job") }
        var change = RowChange(
            rows[chunk.plan.table.name] ?? [:], nextKey: nextKey, refused: refusedKeys,
            knownKeys: knownKeys)
        let (receipt, stop) = change.apply(chunk, count: count)
        var machine = JobMachine(job)
        if advance(&machine, receipt) != nil { throw StoreError(.jobMoved, "moved") }
        if receipt.recordCount == 0, stop != nil {
            return AppliedChunk(receipt: receipt, job: job, stop: stop)
        }
        if !chunk.options.isDryRun {
            rows[chunk.plan.table.name] = change.rows
            nextKey = change.nextKey
        }
        jobs[chunk.job] = machine.job
        if receipt.recordCount > 0 { receipts[chunk.job, default: []].append(receipt) }
        applied.append(
            MemoryStore.Applied(
                job: chunk.job, firstRecord: receipt.firstRecord, count: receipt.recordCount))
        return AppliedChunk(receipt: receipt, job: machine.job, stop: stop)
    }
}

/// A query whose rows are known.
final class MemoryCursor: QueryCursor {
    let columns = ["id", "name"]
    private let pages: Mutex<[QueryPage]>

    private let store: MemoryStore

    init(pages: [QueryPage], store: MemoryStore) {
        self.pages = Mutex(pages)
        self.store = store
    }

    func next() async throws(StoreError) -> QueryPage? {
        store.beforePage.withLock { $0 }?()
        return pages.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    }
}

extension JobFilter {
    /// Whether the filter lets the job through.
    func admits(_ job: Job) -> Bool {
        if let tenant, job.spec.tenant != tenant { return false }
        if let states, !states.contains(job.state) { return false }
        if let parent, job.spec.parent != parent { return false }
        if let before, !((job.createdAt, job.id.text) < (before.createdAt, before.id.text)) { return false }
        if let endedBefore, (job.endedAt ?? job.createdAt) >= endedBefore { return false }
        if let createdBefore, job.createdAt >= createdBefore { return false }
        return !(excludesSwept && job.isSwept)
    }
}
