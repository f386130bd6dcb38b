import BulkModel
import Engine
import Formats
import Planning
import Synchronization

/// Records in memory, for batches: each transaction works on a copy that takes the place of the records when it commits.
final class RecordMemory: RecordStore {
    struct State {
        var tables: [TableDescription]
        /// By table and key.
        var rows: [String: [String: [String: ConditionValue?]]] = [:]
        var nextKey: Int64 = 1
        var jobs: [JobID: Job] = [:]
        var receipts: [JobID: ChunkReceipt] = [:]
        var replies: [StoredReply] = []
    }

    let state: Mutex<State>
    /// Names of the calls of sessions, over all transactions.
    let calls = Mutex<[String]>([])
    /// How often the tables were asked for.
    let looks = Mutex<Int>(0)
    /// Why every page of a transaction is refused.
    let refused = Mutex<String?>(nil)
    /// The session call of this number (from 1) fails.
    let failing = Mutex<Int?>(nil)
    /// How often each transaction is done before it counts.
    let tries = Mutex<Int>(1)
    /// Called before each call of a session.
    let before = Mutex<(@Sendable (String) -> Void)?>(nil)

    init(_ tables: [TableDescription]) { state = Mutex(State(tables: tables)) }

    func transact<Value: Sendable>(
        _ body: @escaping @Sendable (any RecordSession) throws(StoreError) -> RecordWork<Value>
    ) async throws(StoreError) -> Value {
        for _ in 1..<tries.withLock({ $0 }) { _ = try body(MemorySession(self, state.withLock { $0 })) }
        let session = MemorySession(self, state.withLock { $0 })
        switch try body(session) {
        case .commit(let value):
            state.withLock { $0 = session.state }
            return value
        case .undo(let value): return value
        }
    }

    func records(_ query: RecordQuery) async throws(StoreError) -> RowSet {
        note("records")
        return state.withLock { $0.page(query) }
    }

    func note(_ call: String) {
        before.withLock { $0 }?(call)
        calls.withLock { $0.append(call) }
    }

    func tables() async throws(StoreError) -> [TableDescription] {
        looks.withLock { $0 += 1 }
        return state.withLock { $0.tables }
    }

    func job(_ id: JobID) async throws(StoreError) -> Job? { state.withLock { $0.jobs[id] } }

    private static let unused = StoreError(.failed, "batches do not call this")

    func insert(_ job: Job, request: [UInt8]?, activeMax: Int) async throws(StoreError) { throw Self.unused }
    func request(of id: JobID) async throws(StoreError) -> [UInt8]? { throw Self.unused }
    func jobs(_ filter: JobFilter) async throws(StoreError) -> [Job] { throw Self.unused }
    func change(
        _ id: JobID, _ change: @escaping @Sendable (inout Job) -> Refusal?
    ) async throws(StoreError) -> Result<Job, Refusal> { throw Self.unused }
    func save(_ page: SegmentPage, of id: JobID, source: SegmentSource) async throws(StoreError) {
        throw Self.unused
    }
    func segmentPage(
        holding record: Int, of id: JobID, source: SegmentSource
    ) async throws(StoreError) -> SegmentPage? { throw Self.unused }
    func apply(_ chunk: Chunk) async throws(StoreError) -> AppliedChunk { throw Self.unused }
    func survey(
        _ selection: SelectionPlan, after: RecordKey?, within bound: SelectionBound?
    ) async throws(StoreError) -> SelectionSurvey { throw Self.unused }
    func apply(_ chunk: SelectionChunk) async throws(StoreError) -> AppliedChunk { throw Self.unused }
    func receipts(of id: JobID, from record: Int, limit: Int) async throws(StoreError) -> [ChunkReceipt] {
        throw Self.unused
    }
    func open(_ query: QueryRequest) async throws(StoreError) -> any QueryCursor { throw Self.unused }
    func sweep(_ id: JobID) async throws(StoreError) { throw Self.unused }
}

extension RecordTarget {
    /// Whether the caller has the row: it is the tenant's, and not marked as deleted.
    func sees(_ row: [String: ConditionValue?]) -> Bool {
        if let tenant, (row[tenant.column] ?? nil) != .text(tenant.value.text) { return false }
        guard let mark = standing.softDelete else { return true }
        return (row[mark.column.name] ?? nil) == nil
    }

    func rowSet(_ rows: [[String: ConditionValue?]], indices: [Int]? = nil) -> RowSet {
        var bytes: [UInt8] = []
        var values: [BoundValue] = []
        for row in rows {
            for column in table.columns { values.append((row[column.name] ?? nil).bound(in: &bytes)) }
        }
        return RowSet(
            columns: table.columns, bytes: bytes, values: values, indices: indices ?? Array(rows.indices))
    }
}

extension ConditionValue? {
    fileprivate func bound(in bytes: inout [UInt8]) -> BoundValue {
        let start = UInt32(bytes.count)
        switch self {
        case nil: return .null
        case .integer(let number): return .integer(number)
        case .real(let number): return .real(number)
        case .text(let text):
            bytes += text.utf8
            return .text(start: start, length: UInt32(text.utf8.count))
        case .blob(let data):
            bytes += data
            return .blob(start: start, length: UInt32(data.count))
        }
    }
}

extension Condition {
    /// Equality and conjunction are all that these tests list by.
    fileprivate func holds(in row: [String: ConditionValue?]) -> Bool {
        switch self {
        case .all(let parts): parts.allSatisfy { $0.holds(in: row) }
        case .compare(let column, .equal, let value): (row[column.name] ?? nil) == value
        default: false
        }
    }
}

extension RecordMemory.State {
    func page(_ query: RecordQuery) -> RowSet {
        let all = rows[query.target.table.name] ?? [:]
        let found = all.sorted { $0.key < $1.key }.filter { row in
            query.target.sees(row.value) && query.condition.holds(in: row.value)
        }
        let start = query.after?.last.flatMap { $0 }.map { "\($0)" }
        let behind = found.filter { row in
            start.map { "\(row.value[query.target.key.name] ?? nil, default: "")" > $0 } ?? true
        }
        return query.target.rowSet(behind.prefix(query.limit).map(\.value))
    }
}
