import BulkModel
import Engine
import Formats
import Planning
import Testing

@testable import StoreConformance
@testable import StorePostgres

/// A table of a test's own, and work on its single records.
struct RecordBench {
    let bench: ApplyBench
    let store: PostgresStore
    let target: RecordTarget

    static let now = Timestamp(unixSeconds: 1_800_000_000)

    /// `documents`: columns whose texts looks are to give.
    init(
        _ statements: String..., in table: String = "orders", key: String = "id", tenant: String? = nil,
        softDelete: String? = nil, documents: [String] = [], limits: Limits = PostgresFixture.limits
    ) async throws {
        bench = try await ApplyBench(limits: limits)
        for statement in statements { try await bench.execute(statement) }
        store = try #require(bench.fixture as? PostgresFixture).postgres
        let table = try await Bench.table(table, bench.fixture)
        var standing = SelectionPlan.Standing()
        standing.softDelete = softDelete.flatMap { table.column($0) }.map { Mark(column: $0, meaning: .time) }
        standing.documents = documents.compactMap { table.column($0) }
        target = RecordTarget(
            table: table, rules: TableRules(), key: try #require(table.column(key)),
            tenant: tenant.map { Plan.Tenant(column: "tenant_id", value: TenantID($0)) }, standing: standing)
    }

    /// The batch and its plan.
    func write(
        _ operation: BulkModel.Operation, _ columns: [String], _ rows: [[Cell]], faults: [Int: Fault] = [:]
    ) throws -> (batch: BoundBatch, plan: Plan) {
        let key = operation == .insert ? [] : [target.key.name]
        let planned = try Bench.columns(columns, of: target.table, key: key)
        let plan = Plan(
            operation: operation, table: target.table, inputs: planned.map { .column($0) },
            key: [target.key.name], tenant: target.tenant)
        return (Bench.batch(rows, columns: planned, faults: faults), plan)
    }

    /// Writes and commits.
    @discardableResult
    func apply(
        _ operation: BulkModel.Operation, _ columns: [String], _ rows: [[Cell]], faults: [Int: Fault] = [:]
    ) async throws -> WrittenRecords {
        let (batch, plan) = try write(operation, columns, rows, faults: faults)
        return try await store.transact { session throws(StoreError) in
            .commit(try session.write(batch, by: plan))
        }
    }

    func rows(_ keys: [RecordKey]) async throws -> RowSet {
        let target = target
        return try await store.transact { session throws(StoreError) in
            .commit(try session.rows(keys, of: target))
        }
    }

    func look(_ keys: [RecordKey]) async throws -> [SelectedRecord] {
        let target = target
        return try await store.transact { session throws(StoreError) in
            .commit(try session.look(keys, of: target, at: Self.now))
        }
    }

    /// The page's records, each in one word.
    func page(
        _ order: [(String, isDescending: Bool)], after: [ConditionValue?]? = nil,
        where condition: Condition = .all([]), limit: Int = 99
    ) async throws -> RowSet {
        let terms = try order.map { name, isDescending in
            RecordQuery.Term(column: try #require(target.table.column(name)), isDescending: isDescending)
        }
        return try await store.records(
            RecordQuery(target: target, condition: condition, order: terms, after: after, limit: limit))
    }
}

extension WrittenRecords {
    /// `created error`, and then the keys and the faults' codes.
    var told: String {
        let keys = keys.map { $0?.text ?? "-" }.joined(separator: " ")
        let codes = faults.map { "\($0.index):\($0.fault.code.rawValue)" }.joined(separator: " ")
        return "\(actions.map { "\($0)" }.joined(separator: " ")) | \(keys) | \(codes)"
    }
}

extension RowSet {
    /// Each row's values as the column's types have them.
    var told: [[String]] {
        (0..<rowCount).map { row in
            columns.indices.map { column in
                switch values[row * columns.count + column] {
                case .absent: "absent"
                case .null: "null"
                case .integer(let number): "\(number)"
                case .real(let number): "real \(number)"
                case .text(let start, let length): "'\(text(start, length))'"
                case .blob(let start, let length): "\(bytes[Int(start)..<Int(start + length)])"
                }
            }
        }
    }

    private func text(_ start: UInt32, _ length: UInt32) -> String {
        String(decoding: bytes[Int(start)..<Int(start + length)], as: UTF8.self)
    }
}
