import BulkModel
import Engine
import Formats
import Planning
import Testing

@testable import StorePostgres

/// A column that a record does not bring.
struct Absent {}

/// A job in progress on one table, fed with texts, numbers and gaps.
struct JobOnTable {
    let store: PostgresStore
    let plan: Plan
    let columns: [PlannedColumn]
    let id: JobID

    init(
        _ store: PostgresStore, _ operation: BulkModel.Operation, _ table: String, _ columns: [String],
        key: [String]? = nil, tenant: String? = nil, read: Int, id: String = "bulk-job-1"
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
            tenant: tenant.map { Plan.Tenant(column: "tenant_id", value: TenantID($0)) })
        let spec = JobSpec(tenant: TenantID("t"), dialect: "bulk-jobs", operation: operation, table: table)
        var job = Job(id: JobID(id), spec: spec, state: .inProgress, createdAt: Timestamp(unixSeconds: 1))
        job.counts.read = read
        self.id = job.id
        try await store.insert(job, activeMax: 100)
    }

    /// `Int`, `Double` and `String` values; nil is NULL, `Absent` nothing.
    @discardableResult
    func apply(_ rows: [[(any Sendable)?]], first: Int = 1, isLast: Bool = false) async throws(StoreError)
        -> AppliedChunk
    {
        var bytes: [UInt8] = []
        var values: [BoundValue] = []
        for value in rows.joined() {
            switch value {
            case let integer as Int: values.append(.integer(Int64(integer)))
            case let real as Double: values.append(.real(real))
            case is Absent: values.append(.absent)
            case let text as String:
                values.append(.text(start: UInt32(bytes.count), length: UInt32(text.utf8.count)))
                bytes += text.utf8
            default: values.append(.null)
            }
        }
        let batch = BoundBatch(
            bytes: bytes, columns: columns, values: values, faults: [], recordCount: rows.count,
            origin: Position(record: first, line: first + 1, byte: 0),
            places: rows.indices.map { RecordPlace(start: UInt32($0), length: 1, lineOffset: UInt32($0)) })
        return try await store.apply(
            Chunk(job: id, plan: plan, batch: batch, start: 0, now: Timestamp(unixSeconds: 9), isLast: isLast)
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
