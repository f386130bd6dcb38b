import BulkModel
import Engine
import Formats
import Planning
import Testing

@testable import StoreSQLite

/// A caller's records of one table, for immediate work.
struct RecordsOnTable {
    let target: RecordTarget

    init(
        _ store: SQLiteStore, _ table: String, key: String? = nil, tenantColumn: String? = nil,
        softDelete: Mark.Meaning? = nil, documents: [String] = []
    ) async throws {
        let description = try #require(await store.tables().first { $0.name == table })
        let key = try #require(description.column(key ?? description.primaryKey[0]))
        var standing = SelectionPlan.Standing()
        standing.softDelete = try softDelete.map {
            Mark(column: try #require(description.column("gone")), meaning: $0)
        }
        standing.documents = try documents.map { try #require(description.column($0)) }
        target = RecordTarget(
            table: description, rules: TableRules(), key: key,
            tenant: tenantColumn.map { Plan.Tenant(column: $0, value: TenantID("t")) }, standing: standing)
    }

    func plan(_ operation: BulkModel.Operation, _ columns: [String]) throws -> Plan {
        let inputs = try columns.map { name in
            Plan.Input.column(
                PlannedColumn(
                    column: try #require(target.table.column(name)), isRequired: false,
                    isKey: name == target.key.name, enumeration: nil))
        }
        return Plan(
            operation: operation, table: target.table, inputs: inputs, key: [target.key.name],
            tenant: target.tenant)
    }

    func query(_ order: [(name: String, isDescending: Bool)], limit: Int) throws -> RecordQuery {
        RecordQuery(
            target: target, condition: .all([]),
            order: try order.map {
                RecordQuery.Term(
                    column: try #require(target.table.column($0.name)), isDescending: $0.isDescending)
            }, limit: limit)
    }
}

extension Plan {
    /// `Int` and `String` values; nil is NULL.
    func batch(_ rows: [[(any Sendable)?]], first: Int = 1) -> BoundBatch {
        var bytes: [UInt8] = []
        var values: [BoundValue] = []
        for value in rows.joined() {
            switch value {
            case let integer as Int: values.append(.integer(Int64(integer)))
            case let text as String:
                values.append(.text(start: UInt32(bytes.count), length: UInt32(text.utf8.count)))
                bytes += text.utf8
            default: values.append(.null)
            }
        }
        return BoundBatch(
            bytes: bytes, columns: columns, values: values, faults: [], recordCount: rows.count,
            origin: Position(record: first, line: first + 1, byte: 0),
            places: rows.indices.map { RecordPlace(start: UInt32($0), length: 1, lineOffset: UInt32($0)) })
    }
}

extension RowSet {
    /// Each row's values as one text: `integer 1`, `text a`, `null`.
    var described: [[String]] {
        (0..<rowCount).map { row in
            columns.indices.map { column in
                switch values[row * columns.count + column] {
                case .absent: "absent"
                case .null: "null"
                case .integer(let integer): "integer \(integer)"
                case .real(let real): "real \(real)"
                case .text(let start, let length): "text \(text(start, length))"
                case .blob(_, let length): "blob of \(length)"
                }
            }
        }
    }

    /// The last row's values of these columns, as the next page's `after`.
    func place(_ names: [String]) -> [ConditionValue?] {
        names.map { name in
            guard let column = columns.firstIndex(where: { $0.name == name }) else { return nil }
            switch values[(rowCount - 1) * columns.count + column] {
            case .integer(let integer): return .integer(integer)
            case .real(let real): return .real(real)
            case .text(let start, let length): return .text(text(start, length))
            case .absent, .null, .blob: return nil
            }
        }
    }

    private func text(_ start: UInt32, _ length: UInt32) -> String {
        String(decoding: bytes[Int(start)..<Int(start + length)], as: UTF8.self)
    }
}
