import BulkModel
import Engine
import Planning
import Synchronization

/// A store in memory that keeps deliveries as stores keep them; everything else is the plain one's.
final class MemoryOutbox: OutboxStore {
    struct State {
        var deliveries: [WebhookDelivery] = []
        var events: [(place: Int64, event: OutboxEvent)] = []
        /// What the next calls fail with, in order; nil: they succeed.
        var failures: [StoreError?] = []
        /// Deliveries that were taken and neither settled nor due again.
        var outstanding: Set<Int64> = []
        var settleCount = 0
        /// Called at every settling; lets time pass.
        var whenSettled: @Sendable () -> Void = {}
    }

    let state = Mutex(State())
    let store: MemoryStore

    init(store: MemoryStore = MemoryStore(tables: [])) { self.store = store }

    /// Adds an event with a delivery that is due at once.
    func add(_ id: Int64, to url: String, at time: Timestamp, tenant: String = "a", job: String? = nil) {
        let event = OutboxEvent(
            id: "evt_\(id)", tenant: TenantID(tenant), job: JobID(job ?? "bulk-job-\(id)"),
            type: "job.completed", body: Array("{\"n\":\(id)}".utf8), createdAt: time,
            target: WebhookTarget(url: url))
        state.withLock {
            $0.events.append((id, event))
            $0.deliveries.append(
                WebhookDelivery(id: id, event: event, state: .waiting, attempts: 0, nextAt: time, last: nil))
        }
    }

    func delivery(_ id: Int64) -> WebhookDelivery? {
        state.withLock { state in state.deliveries.first { $0.id == id } }
    }

    /// True when no delivery waits any more.
    var isDone: Bool { state.withLock { state in state.deliveries.allSatisfy { $0.state != .waiting } } }

    private func call<Value: Sendable>(_ body: (inout State) -> Value) throws(StoreError) -> Value {
        let result = state.withLock { state -> Result<Value, StoreError> in
            if !state.failures.isEmpty, let failure = state.failures.removeFirst() {
                return .failure(failure)
            }
            return .success(body(&state))
        }
        return try result.get()
    }

    func events(
        of tenant: TenantID, after place: Int64, limit: Int
    ) async throws(StoreError) -> [(place: Int64, event: OutboxEvent)] {
        try call { state in
            Array(state.events.filter { $0.event.tenant == tenant && $0.place > place }.prefix(limit))
        }
    }

    func takeDeliveries(
        dueAt now: Timestamp, hiddenUntil hidden: Timestamp, limit: Int
    ) async throws(StoreError) -> [WebhookDelivery] {
        try call { state in
            let due = state.deliveries.indices.filter {
                state.deliveries[$0].state == .waiting && state.deliveries[$0].nextAt <= now
            }
            let longest = due.sorted { state.deliveries[$0].nextAt < state.deliveries[$1].nextAt }
            return longest.prefix(limit).map { index in
                state.deliveries[index].nextAt = hidden
                var taken = state.deliveries[index]
                taken.takenUntil = hidden
                state.outstanding.insert(taken.id)
                return taken
            }
        }
    }

    func settle(_ delivery: WebhookDelivery) async throws(StoreError) {
        try call { state in
            state.settleCount += 1
            state.outstanding.remove(delivery.id)
            state.whenSettled()
            guard let index = state.deliveries.firstIndex(where: { $0.id == delivery.id }) else { return }
            if let taken = delivery.takenUntil {
                let kept = state.deliveries[index]
                guard kept.state == .waiting, kept.nextAt == taken else { return }
            }
            state.deliveries[index] = delivery
            state.deliveries[index].takenUntil = nil
        }
    }

    func deliveries(
        of tenant: TenantID, state wanted: WebhookDelivery.State?, job: JobID?, before: Int64?, limit: Int
    ) async throws(StoreError) -> [WebhookDelivery] {
        try call { state in
            let found = state.deliveries.filter { delivery in
                delivery.event.tenant == tenant && (wanted.map { $0 == delivery.state } ?? true)
                    && (job.map { $0 == delivery.event.job } ?? true) && delivery.id < (before ?? .max)
            }
            return Array(found.sorted { $0.id > $1.id }.prefix(limit))
        }
    }

    func redeliver(
        _ id: Int64, of tenant: TenantID, at now: Timestamp
    ) async throws(StoreError) -> WebhookDelivery? {
        try call { state in
            let index = state.deliveries.firstIndex { $0.id == id && $0.event.tenant == tenant }
            guard let index else { return nil }
            state.deliveries[index].state = .waiting
            state.deliveries[index].attempts = 0
            state.deliveries[index].nextAt = now
            return state.deliveries[index]
        }
    }

    func sweepEvents(before time: Timestamp, limit: Int) async throws(StoreError) -> Int {
        try call { state in
            let old = Set(state.events.filter { $0.event.createdAt < time }.prefix(limit).map(\.event.id))
            state.events.removeAll { old.contains($0.event.id) }
            state.deliveries.removeAll { old.contains($0.event.id) }
            return old.count
        }
    }
}

extension MemoryOutbox {
    func tables() async throws(StoreError) -> [TableDescription] { try await store.tables() }

    func insert(_ job: Job, request: [UInt8]?, activeMax: Int) async throws(StoreError) {
        try await store.insert(job, request: request, activeMax: activeMax)
    }

    func request(of id: JobID) async throws(StoreError) -> [UInt8]? { try await store.request(of: id) }

    func job(_ id: JobID) async throws(StoreError) -> Job? { try await store.job(id) }

    func jobs(_ filter: JobFilter) async throws(StoreError) -> [Job] { try await store.jobs(filter) }

    func change(
        _ id: JobID, _ change: @escaping @Sendable (inout Job) -> Refusal?
    ) async throws(StoreError) -> Result<Job, Refusal> { try await store.change(id, change) }

    func save(_ page: SegmentPage, of id: JobID, source: SegmentSource) async throws(StoreError) {
        try await store.save(page, of: id, source: source)
    }

    func segmentPage(
        holding record: Int, of id: JobID, source: SegmentSource
    ) async throws(StoreError) -> SegmentPage? {
        try await store.segmentPage(holding: record, of: id, source: source)
    }

    func apply(_ chunk: Chunk) async throws(StoreError) -> AppliedChunk { try await store.apply(chunk) }

    func survey(
        _ selection: SelectionPlan, after: RecordKey?, within bound: SelectionBound?
    ) async throws(StoreError) -> SelectionSurvey {
        try await store.survey(selection, after: after, within: bound)
    }

    func apply(_ chunk: SelectionChunk) async throws(StoreError) -> AppliedChunk {
        try await store.apply(chunk)
    }

    func receipts(of id: JobID, from record: Int, limit: Int) async throws(StoreError) -> [ChunkReceipt] {
        try await store.receipts(of: id, from: record, limit: limit)
    }

    func open(_ query: QueryRequest) async throws(StoreError) -> any QueryCursor {
        try await store.open(query)
    }

    func sweep(_ id: JobID) async throws(StoreError) { try await store.sweep(id) }
}
