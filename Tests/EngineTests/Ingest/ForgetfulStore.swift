import BulkModel
import Engine
import Planning
import Synchronization

/// A store whose answer to one call is lost though the call was done.
final class ForgetfulStore: Store {
    let base: MemoryStore
    private let count = Mutex(0)
    private let lost: Int

    /// `lost`: number of the call, from 1.
    init(_ base: MemoryStore, lost: Int) { (self.base, self.lost) = (base, lost) }

    private func answer<Value>(_ value: Value) throws(StoreError) -> Value {
        let number = count.withLock { count in
            count += 1
            return count
        }
        guard number != lost else { throw StoreError(.busy, "the connection was lost") }
        return value
    }

    func tables() async throws(StoreError) -> [TableDescription] { try answer(await base.tables()) }

    func insert(_ job: Job, request: [UInt8]?, activeMax: Int) async throws(StoreError) {
        try await base.insert(job, request: request, activeMax: activeMax)
        try answer(())
    }

    func request(of id: JobID) async throws(StoreError) -> [UInt8]? { try answer(await base.request(of: id)) }

    func job(_ id: JobID) async throws(StoreError) -> Job? { try answer(await base.job(id)) }

    func jobs(_ filter: JobFilter) async throws(StoreError) -> [Job] { try answer(await base.jobs(filter)) }

    func change(
        _ id: JobID, _ change: @escaping @Sendable (inout Job) -> Refusal?
    ) async throws(StoreError) -> Result<Job, Refusal> { try answer(await base.change(id, change)) }

    func save(_ page: SegmentPage, of id: JobID, source: SegmentSource) async throws(StoreError) {
        try await base.save(page, of: id, source: source)
        try answer(())
    }

    func segmentPage(
        holding record: Int, of id: JobID, source: SegmentSource
    ) async throws(StoreError) -> SegmentPage? {
        try answer(await base.segmentPage(holding: record, of: id, source: source))
    }

    func apply(_ chunk: Chunk) async throws(StoreError) -> AppliedChunk {
        try answer(await base.apply(chunk))
    }

    func apply(_ chunk: SelectionChunk) async throws(StoreError) -> AppliedChunk {
        try answer(await base.apply(chunk))
    }

    func survey(
        _ selection: SelectionPlan, after: RecordKey?, within bound: SelectionBound?
    ) async throws(StoreError) -> SelectionSurvey {
        try answer(await base.survey(selection, after: after, within: bound))
    }

    func receipts(of id: JobID, from record: Int, limit: Int) async throws(StoreError) -> [ChunkReceipt] {
        try answer(await base.receipts(of: id, from: record, limit: limit))
    }

    func open(_ query: QueryRequest) async throws(StoreError) -> any QueryCursor {
        try answer(await base.open(query))
    }

    func sweep(_ id: JobID) async throws(StoreError) {
        try await base.sweep(id)
        try answer(())
    }
}
