import BulkModel
import Engine
import Formats
import Planning

/// A running selection on one table: takes one chunk after another.
struct SelectionBench {
    let fixture: any StoreFixture
    let job: JobID
    let plan: SelectionPlan
    let bound: SelectionBound

    /// Plans the selection, notes where it ends now, and makes its job, in progress.
    init(
        _ fixture: any StoreFixture, _ action: SelectionAction, _ scope: SelectionRequest.Scope,
        in table: String = "parcels", set updates: [String: JSONValue] = [:],
        rules: TableRules = TableRules(), tenant: String = "a", job: String = "bulk-op-1"
    ) async throws {
        self.fixture = fixture
        self.job = JobID(job)
        plan = try await Self.plan(
            fixture, action, scope, in: table, set: updates, rules: rules, tenant: tenant)
        bound = try await fixture.store.survey(plan, after: nil, within: nil).bound
        var row = Bench.job(
            job, tenant: tenant, operation: plan.write.operation, table: table, source: .selection)
        row.startedAt = Bench.now
        try await fixture.store.insert(row, activeMax: 100)
    }

    static func plan(
        _ fixture: any StoreFixture, _ action: SelectionAction, _ scope: SelectionRequest.Scope,
        in table: String = "parcels", set updates: [String: JSONValue] = [:],
        rules: TableRules = TableRules(), tenant: String = "a"
    ) async throws -> SelectionPlan {
        let request = SelectionRequest(
            table: table, action: action, scope: scope,
            updates: updates.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, $0.value) })
        let catalog = Catalog(tables: try await fixture.store.tables(), rules: [table: rules])
        return try SelectionPlanner.plan(
            request, tenant: TenantID(tenant), catalog: catalog, limits: Limits())
    }

    /// The chunk whose first record has the number `first` and comes behind the key `after`.
    @discardableResult
    func apply(
        first: Int = 1, after: RecordKey? = nil, max recordsMax: Int = 10,
        options: ChunkOptions = ChunkOptions()
    ) async throws(StoreError) -> AppliedChunk {
        try await fixture.store.apply(
            SelectionChunk(
                job: job, plan: plan, bound: bound, firstRecord: first, after: after, recordsMax: recordsMax,
                now: Bench.now, options: options))
    }

    /// Chunks of `recordsMax` records until the job ends.
    func walk(max recordsMax: Int, options: ChunkOptions = ChunkOptions()) async throws -> [AppliedChunk] {
        var chunks: [AppliedChunk] = []
        var next = 1
        var after: RecordKey?
        while chunks.last?.job.state.isTerminal != true {
            guard chunks.count < 100 else { throw ConformanceFailure("the job does not end") }
            let applied = try await apply(first: next, after: after, max: recordsMax, options: options)
            next += applied.receipt.recordCount
            after = applied.receipt.keys.all.last ?? after
            chunks.append(applied)
        }
        return chunks
    }

    /// The column of all rows, in the key's order.
    func values(_ column: String, of table: String = "parcels", by key: String = "id") async throws -> String
    {
        let rows = try await fixture.rows("SELECT \(column) FROM \(table) ORDER BY \(key)")
        return rows.map { $0.joined(separator: "/") }.joined(separator: " ")
    }
}

extension SelectionRequest.Scope {
    /// Every record.
    static var everything: Self { .matching(.all([])) }

    /// Records whose column is this.
    static func having(_ column: String, _ value: JSONValue) -> Self {
        .matching(.having(column, .eq, value))
    }
}

extension FilterExpression {
    static func having(_ column: String, _ test: FilterTest, _ value: JSONValue) -> Self {
        .term(Term(column: column, test: test, value: value, place: "filters.\(column)"))
    }
}

extension GeneratedKeys {
    /// The keys one by one.
    var all: [RecordKey] {
        switch self {
        case .none: []
        case .integers(let keys): keys.map { .integer($0) }
        case .texts(let keys): keys.map { .text($0) }
        }
    }
}

extension AppliedChunk {
    /// `1 2 3`: the keys of the receipt.
    var keys: String { receipt.keys.all.map(\.text).joined(separator: " ") }

    /// `1:ALREADY_ARCHIVED`: codes of the faults by index.
    var codes: String {
        receipt.faults.map { "\($0.index):\($0.fault.code.rawValue)" }.joined(separator: " ")
    }
}
