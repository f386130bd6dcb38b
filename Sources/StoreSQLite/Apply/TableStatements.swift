import Planning

/// SQL over the users' tables. Parameter n + 1 is batch column n; the one after the last is the tenant.
///
/// `OR ABORT` everywhere: `ON CONFLICT REPLACE` or `IGNORE` in a table's declaration would lose rows
/// silently, and `ROLLBACK` the whole chunk.
struct TableStatements {
    private let table: String
    private let columns: [String]
    private let keys: [Int]
    /// Columns that an upsert writes in new rows only.
    private let newOnly: Set<Int>
    /// Columns that are no difference themselves.
    private let changeTimes: Set<Int>
    private let tenant: String?
    private let conflictTarget: String

    init(plan: Plan, columns: [PlannedColumn], keys: [Int]) {
        table = "main." + Identifier.quoted(plan.table.name)
        self.columns = columns.map { Identifier.quoted($0.column.name) }
        self.keys = keys
        newOnly = Set(columns.indices.filter { columns[$0].isForNewOnly })
        changeTimes = Set(columns.indices.filter { columns[$0].isChangeTime })
        tenant = plan.tenant.map { Identifier.quoted($0.column) }
        conflictTarget = Self.conflictTarget(plan).map(Identifier.quoted).joined(separator: ", ")
    }

    private var tenantParameter: String { "?\(columns.count + 1)" }

    /// `included` says for each batch column whether it is written.
    func insert(_ included: [Bool], skippingExisting: Bool) -> String {
        var names = columns.indices.filter { included[$0] }.map { columns[$0] }
        var values = columns.indices.filter { included[$0] }.map { "?\($0 + 1)" }
        if let tenant {
            names.append(tenant)
            values.append(tenantParameter)
        }
        guard !names.isEmpty else { return "INSERT OR ABORT INTO \(table) DEFAULT VALUES" }
        let tail = skippingExisting ? " ON CONFLICT (\(conflictTarget)) DO NOTHING" : ""
        return "INSERT OR ABORT INTO \(table) (\(names.joined(separator: ", "))) "
            + "VALUES (\(values.joined(separator: ", ")))" + tail
    }

    /// Changes the row only where a column differs, so that SQLite's count tells updated from unchanged.
    /// `included` says for each batch column whether the record brings it; keys are not written.
    func update(_ included: [Bool]) -> String {
        let assignments = written(included).map { "\(columns[$0]) = ?\($0 + 1)" }.joined(separator: ", ")
        return "UPDATE OR ABORT \(table) SET \(assignments) WHERE \(differingRow(included))"
    }

    /// Whether the caller has a row of this key that differs: after an update, one that a trigger held back.
    func findChanged(_ included: [Bool]) -> String {
        "SELECT 1 FROM \(table) WHERE \(differingRow(included))"
    }

    private func written(_ included: [Bool]) -> [Int] {
        columns.indices.filter { included[$0] && !keys.contains($0) && !newOnly.contains($0) }
    }

    /// BINARY, because a column's own collation may call different texts equal. Row values, because a chain
    /// of a thousand ORs is deeper than SQLite's expressions may be.
    private func differingRow(_ included: [Bool]) -> String {
        let set = written(included).filter { !changeTimes.contains($0) }
        guard !set.isEmpty else { return "\(ownRow) AND 0" }
        let old = set.map { "\(columns[$0]) COLLATE BINARY" }.joined(separator: ", ")
        let new = set.map { "?\($0 + 1)" }.joined(separator: ", ")
        return "\(ownRow) AND (\(old)) IS NOT (\(new))"
    }

    var delete: String { "DELETE FROM \(table) WHERE \(ownRow)" }

    /// Whether the caller has a row of this key.
    var findOwn: String { "SELECT 1 FROM \(table) WHERE \(ownRow)" }

    /// Whether anybody has.
    var findAny: String { "SELECT 1 FROM \(table) WHERE \(row)" }

    private var row: String {
        keys.map { "\(columns[$0]) = ?\($0 + 1)" }.joined(separator: " AND ")
    }

    /// Finds the caller's row of this key.
    var ownRow: String {
        guard let tenant else { return row }
        return row + " AND \(tenant) COLLATE BINARY = \(tenantParameter)"
    }

    static func parent(of key: TableDescription.ForeignKey) -> String {
        let conditions = key.parentColumns.enumerated().map { "\(Identifier.quoted($1)) = ?\($0 + 1)" }
        return "SELECT 1 FROM main.\(Identifier.quoted(key.parentTable)) WHERE "
            + conditions.joined(separator: " AND ")
    }

    /// The unique key behind the plan's key: those columns, or those and the tenant column, which is always
    /// filled from the credential.
    private static func conflictTarget(_ plan: Plan) -> [String] {
        let keys = [plan.table.primaryKey] + plan.table.uniqueKeys
        let wanted = Set(plan.key)
        if let exact = keys.first(where: { Set($0) == wanted }) { return exact }
        guard let tenant = plan.tenant?.column else { return plan.key }
        return keys.first { Set($0) == wanted.union([tenant]) } ?? plan.key
    }
}
