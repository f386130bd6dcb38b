import BulkModel
import Engine
import Formats
import Planning
import Testing

@testable import StoreSQLite

/// A job in progress on one table, fed with texts, numbers and gaps.
struct JobOnTable {
    let store: SQLiteStore
    let plan: Plan
    let columns: [PlannedColumn]
    let id: JobID

    init(
        _ store: SQLiteStore, _ operation: BulkModel.Operation, _ table: String, _ columns: [String],
        key: [String]? = nil, read: Int, id: String = "bulk-job-1"
    ) async throws {
        self.store = store
        let description = try #require(await store.tables().first { $0.name == table })
        let key = operation == .insert ? [] : key ?? description.primaryKey
        self.columns = try columns.map { name in
            PlannedColumn(
                column: try #require(description.column(name)), isRequired: false, isKey: key.contains(name),
                enumeration: nil)
        }
        plan = Plan(
            operation: operation, table: description, inputs: self.columns.map { .column($0) }, key: key,
            tenant: nil)
        let spec = JobSpec(tenant: TenantID("t"), dialect: "bulk-jobs", operation: operation, table: table)
        var job = Job(id: JobID(id), spec: spec, state: .inProgress, createdAt: Timestamp(unixSeconds: 1))
        job.counts.read = read
        self.id = job.id
        try await store.insert(job, activeMax: 100)
    }

    @discardableResult
    func apply(_ rows: [[(any Sendable)?]], first: Int = 1, isLast: Bool = false) async throws(StoreError)
        -> AppliedChunk
    {
        return try await store.apply(
            Chunk(
                job: id, plan: plan, batch: plan.batch(rows, first: first), start: 0,
                now: Timestamp(unixSeconds: 9), isLast: isLast)
        )
    }
}

extension AppliedChunk {
    /// `index:CODE(column)` of each failed record.
    var faultList: [String] {
        receipt.faults.map {
            "\($0.index):\($0.fault.code.rawValue)\($0.fault.column.map { "(\($0))" } ?? "")"
        }
    }

    var actionList: [RecordAction] {
        receipt.actions.runs.flatMap { Array(repeating: $0.action, count: $0.count) }
    }
}
