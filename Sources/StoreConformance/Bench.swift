import BulkModel
import Engine
import Formats
import Planning

/// A running job on one table: builds chunks from plain values and applies them.
struct Bench {
    let fixture: any StoreFixture
    let table: TableDescription
    let job: JobID
    let plan: Plan
    let columns: [PlannedColumn]

    static let now = Timestamp(unixSeconds: 1_800_000_000)

    /// Makes a job in progress that has read `read` records.
    init(
        _ fixture: any StoreFixture, _ operation: BulkModel.Operation, _ table: String, columns: [String],
        key: [String]? = nil, tenant: String? = nil, read: Int, job: String = "bulk-job-1",
        source: JobSource = .upload
    ) async throws {
        self.fixture = fixture
        self.table = try await Self.table(table, fixture)
        self.job = JobID(job)
        let key = operation == .insert ? [] : key ?? self.table.primaryKey
        let description = self.table
        self.columns = try Self.columns(columns, of: description, key: key)
        plan = Plan(
            operation: operation, table: description, inputs: self.columns.map { .column($0) }, key: key,
            tenant: tenant.map { Plan.Tenant(column: "tenant_id", value: TenantID($0)) })
        try await fixture.store.insert(
            Self.job(
                job, tenant: tenant ?? "t", operation: operation, table: table, read: read, source: source),
            activeMax: 100)
    }

    static func columns(
        _ names: [String], of table: TableDescription, key: [String]
    ) throws -> [PlannedColumn] {
        try names.map { name in
            guard let column = table.column(name) else { throw ConformanceFailure("no column \(name)") }
            return PlannedColumn(
                column: column, isRequired: false, isKey: key.contains(name), enumeration: nil)
        }
    }

    static func job(
        _ id: String, tenant: String = "t", operation: BulkModel.Operation = .insert,
        table: String = "customers",
        state: JobState = .inProgress, read: Int = 0, createdAt: Timestamp = now, source: JobSource = .upload
    ) -> Job {
        var spec = JobSpec(tenant: TenantID(tenant), dialect: "bulk-jobs", operation: operation, table: table)
        spec.source = source
        var job = Job(id: JobID(id), spec: spec, state: state, createdAt: createdAt)
        job.counts.read = read
        return job
    }

    static func table(_ name: String, _ fixture: any StoreFixture) async throws -> TableDescription {
        let tables = try await fixture.store.tables()
        guard let table = tables.first(where: { $0.name == name }) else {
            throw ConformanceFailure("the catalog has no table \(name)")
        }
        return table
    }

    /// Applies the records, the first of which has the number `first`; `faults` are known before, by index.
    @discardableResult
    func apply(
        _ rows: [[Cell]], first: Int = 1, start: Int = 0, faults: [Int: Fault] = [:], isLast: Bool = false,
        options: ChunkOptions = ChunkOptions()
    ) async throws(StoreError) -> AppliedChunk {
        var chunk = chunk(rows, first: first, start: start, faults: faults, isLast: isLast)
        chunk.options = options
        return try await fixture.store.apply(chunk)
    }

    /// The records as a chunk, the first of which has the number `first`.
    func chunk(
        _ rows: [[Cell]], first: Int, start: Int = 0, faults: [Int: Fault] = [:], isLast: Bool = false
    ) -> Chunk {
        let batch = Self.batch(rows, columns: columns, first: first, faults: faults)
        return Chunk(job: job, plan: plan, batch: batch, start: start, now: Self.now, isLast: isLast)
    }

    /// The records, bound; the first of them has the number `first`.
    static func batch(
        _ rows: [[Cell]], columns: [PlannedColumn], first: Int = 1, faults: [Int: Fault] = [:]
    ) -> BoundBatch {
        var bytes: [UInt8] = []
        var values: [BoundValue] = []
        for row in rows { for cell in row { values.append(value(cell, &bytes)) } }
        let known = faults.sorted { $0.key < $1.key }.map { RecordFault(index: $0.key, fault: $0.value) }
        let places = rows.indices.map { RecordPlace(start: UInt32($0), length: 1, lineOffset: UInt32($0)) }
        return BoundBatch(
            bytes: bytes, columns: columns, values: values, faults: known, recordCount: rows.count,
            origin: Position(record: first, line: first + 1, byte: 0), places: places)
    }

    private static func value(_ cell: Cell, _ bytes: inout [UInt8]) -> BoundValue {
        switch cell {
        case .absent: return .absent
        case .null: return .null
        case .integer(let integer): return .integer(integer)
        case .real(let real): return .real(real)
        case .text(let text):
            let start = UInt32(bytes.count)
            bytes.append(contentsOf: text.utf8)
            return .text(start: start, length: UInt32(text.utf8.count))
        }
    }
}

extension AppliedChunk {
    /// `created*2 error updated`: the outcomes in file order.
    var outcomes: String {
        receipt.actions.runs.map { run in
            let word = run.action.word ?? "error"
            return run.count == 1 ? word : "\(word)*\(run.count)"
        }.joined(separator: " ")
    }

    /// `1:DUPLICATE_KEY(email)`: the faults by index.
    var faults: String {
        receipt.faults.map { entry in
            "\(entry.index):\(entry.fault.code.rawValue)" + (entry.fault.column.map { "(\($0))" } ?? "")
        }.joined(separator: " ")
    }
}
