import BulkModel
import Engine
import Planning

/// Updates or deletes records that were found by their keys in this very snapshot and all get the same values: one
/// statement that no staging table has to feed.
struct SameValueWriter {
    private let target: ChunkTarget
    private let records: [Int]
    private let key: Int
    private let keys: [String]

    /// Nil where this is no such chunk.
    init?(_ target: ChunkTarget, _ records: [Int]) {
        guard let first = records.first, target.keyColumns.count == 1, let key = target.keyColumns.first,
            target.columns.indices.allSatisfy({ $0 == key || Self.isPlain($0, target) })
        else { return nil }
        let shared = target.view.row(first)
        for record in records {
            let row = target.view.row(record)
            guard target.columns.indices.allSatisfy({ $0 == key || row[$0] == shared[$0] }) else {
                return nil
            }
        }
        self.target = target
        self.records = records
        self.key = key
        keys = records.map { Self.text(target.view.row($0)[key], target) }
    }

    /// False when nothing was written.
    func run(_ outcomes: inout ChunkOutcomes) throws -> Bool {
        let result = try target.session.attempt { () throws -> Rows in
            let rows = try write()
            try target.session.run("SET CONSTRAINTS ALL IMMEDIATE")
            // Somebody's trigger or policy kept a row, or two keys name the same one.
            guard rows.count == keys.count || !isMute else { throw ServerFailure.drop }
            return rows
        }
        guard case .success(let rows) = result else { return false }
        let action: RecordAction = target.plan.operation == .delete ? .deleted : .updated
        guard rows.count < keys.count else {
            for record in records { outcomes.note(action, record) }
            return true
        }
        // All are there, as this snapshot has just shown: the others hold the values already.
        let changed = Set((0..<rows.count).compactMap { rows.text($0, 0) })
        for (record, key) in zip(records, keys) {
            outcomes.note(changed.contains(key) ? .updated : .unchanged, record)
        }
        return true
    }

    /// True where a row that is not told of may be one that should have been changed.
    private var isMute: Bool {
        // A number with a point may be spelled in several ways.
        if case .real = target.columns[key].column.type { return true }
        return target.plan.operation == .delete || target.table.description.hasTriggers
            || target.table.hasRowSecurity || Set(keys).count < keys.count
    }

    private func write() throws -> Rows {
        let name = SQLText.quoted(target.columns[key].column.name)
        // The list is hidden from the planner, which would rather read the whole table than look for so many.
        var conditions = ["t.\(name) = ANY ((SELECT $1::\(keyType)[])::\(keyType)[])"]
        if let tenant = target.tenantCondition { conditions.append(tenant) }
        var parameters: [Parameter] = [.texts(keys)]
        let settings = target.columns.indices.filter { $0 != key }
        var sql = "DELETE FROM \(target.table.sqlName) AS t"
        if target.plan.operation != .delete {
            sql = "UPDATE \(target.table.sqlName) AS t SET "
            sql += settings.map { place in
                parameters.append(parameter(place))
                return "\(SQLText.quoted(target.columns[place].column.name)) = $\(parameters.count)"
            }.joined(separator: ", ")
            let differences = settings.filter { !target.columns[$0].isChangeTime }.map { place in
                parameters.append(parameter(place))
                return differs(place, from: parameters.count)
            }
            conditions.append("(\((["false"] + differences).joined(separator: " OR ")))")
        }
        sql += " WHERE \(conditions.joined(separator: " AND ")) RETURNING t.\(name)::text"
        return try target.session.execute(sql, parameters)
    }

    /// The key column's own type: the keys were read from it, so none is cut.
    private var keyType: String { target.type(of: target.columns[key].column.name) }

    private func differs(_ place: Int, from number: Int) -> String {
        let column = target.columns[place].column.name
        let name = "t.\(SQLText.quoted(column))"
        let value = "$\(number)::\(target.type(of: column))"
        guard target.table.incomparableColumns.contains(column) else {
            return "\(name) IS DISTINCT FROM \(value)"
        }
        return "\(name)::text IS DISTINCT FROM \(value)::text"
    }

    private func parameter(_ place: Int) -> Parameter {
        switch target.view.row(records[0])[place] {
        case .absent, .null: return .null
        case .blob(let start, let length):
            return .bytes(
                Array(UnsafeRawBufferPointer(start: target.view.bytes + Int(start), count: Int(length))))
        case let value: return .text(Self.text(value, target))
        }
    }

    private static func text(_ value: BoundValue, _ target: ChunkTarget) -> String {
        switch value {
        case .integer(let number): return String(number)
        case .real(let number): return "\(number)"
        case .text(let start, let length):
            let text = UnsafeRawBufferPointer(start: target.view.bytes + Int(start), count: Int(length))
            return String(decoding: text, as: UTF8.self)
        case .absent, .null, .blob: return ""
        }
    }

    /// A column that an update may set, to a value that is spelled as it came.
    private static func isPlain(_ place: Int, _ target: ChunkTarget) -> Bool {
        let column = target.columns[place].column
        return !column.declaredType.hasSuffix("[]")
            && !target.table.alwaysIdentityColumns.contains(column.name)
    }
}
