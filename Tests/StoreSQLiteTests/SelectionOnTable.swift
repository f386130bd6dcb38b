import BulkModel
import Engine
import Formats
import Planning
import Testing

@testable import StoreSQLite

/// A selection in progress on one table.
struct SelectionOnTable {
    let store: SQLiteStore
    let plan: SelectionPlan
    let bound: SelectionBound
    let id: JobID

    init(
        _ store: SQLiteStore, _ action: SelectionAction, _ table: String,
        _ scope: SelectionRequest.Scope = .matching(.all([])), set updates: [String: JSONValue] = [:],
        rules: TableRules = TableRules(), id: String = "bulk-op-1"
    ) async throws {
        self.store = store
        let catalog = Catalog(tables: try await store.tables(), rules: [table: rules])
        let request = SelectionRequest(
            table: table, action: action, scope: scope,
            updates: updates.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, $0.value) })
        plan = try SelectionPlanner.plan(
            request, tenant: TenantID("t"), catalog: catalog, limits: Limits())
        bound = try await store.survey(plan, after: nil, within: nil).bound
        var spec = JobSpec(
            tenant: TenantID("t"), dialect: "d", operation: plan.write.operation, table: table)
        spec.source = .selection
        let job = Job(id: JobID(id), spec: spec, state: .inProgress, createdAt: Timestamp(unixSeconds: 1))
        self.id = job.id
        try await store.insert(job, activeMax: 100)
    }

    @discardableResult
    func apply(
        first: Int = 1, after: RecordKey? = nil, max recordsMax: Int = 100,
        options: ChunkOptions = ChunkOptions()
    ) async throws(StoreError) -> AppliedChunk {
        try await store.apply(
            SelectionChunk(
                job: id, plan: plan, bound: bound, firstRecord: first, after: after, recordsMax: recordsMax,
                now: Timestamp(unixSeconds: 1_800_000_000), options: options))
    }

    /// Chunks until the job ends; gives the receipts.
    func walk(max recordsMax: Int, options: ChunkOptions = ChunkOptions()) async throws -> [ChunkReceipt] {
        var receipts: [ChunkReceipt] = []
        var next = 1
        var after: RecordKey?
        while try await store.job(id)?.state == .inProgress {
            let receipt = try await apply(first: next, after: after, max: recordsMax, options: options)
                .receipt
            next += receipt.recordCount
            after = receipt.lastKey ?? after
            receipts.append(receipt)
        }
        return receipts
    }

    static func having(_ column: String, _ test: FilterTest, _ value: JSONValue) -> SelectionRequest.Scope {
        .matching(
            .term(FilterExpression.Term(column: column, test: test, value: value, place: "filters.\(column)"))
        )
    }
}

extension ChunkReceipt {
    var lastKey: RecordKey? {
        switch keys {
        case .none: nil
        case .integers(let keys): keys.last.map { .integer($0) }
        case .texts(let keys): keys.last.map { .text($0) }
        }
    }

    /// The keys as texts.
    var keyList: [String] {
        switch keys {
        case .none: []
        case .integers(let keys): keys.map(String.init)
        case .texts(let keys): keys
        }
    }
}
