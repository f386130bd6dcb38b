import BulkModel
import Planning

/// The rows of a table that a caller has, and what is looked at in each.
struct OwnRows {
    let table: TableDescription
    let key: ColumnDescription
    let tenant: Plan.Tenant?
    let standing: SelectionPlan.Standing

    init(_ plan: SelectionPlan) {
        table = plan.write.table
        key = plan.key
        tenant = plan.write.tenant
        standing = plan.standing
    }

    init(_ target: RecordTarget) {
        table = target.table
        key = target.key
        tenant = target.tenant
        standing = target.standing
    }

    var tableSQL: String { "main." + Identifier.quoted(table.name) }

    var keySQL: String { Identifier.quoted(key.name) }

    /// True for rows of the caller's tenant.
    var tenantSQL: SQLFragment {
        guard let tenant else { return SQLFragment("1") }
        return SQLFragment("\(Identifier.quoted(tenant.column)) COLLATE BINARY = ?", .text(tenant.value.text))
    }

    /// True for rows that are not marked as deleted.
    var presentSQL: SQLFragment { standing.softDelete.map(MarkSQL.isClear) ?? SQLFragment("1") }

    /// How the row number is called in this table; nil where the key is that number, or its name is another column's.
    var rowNumberSQL: String? {
        guard !key.isAutomatic else { return nil }
        return Self.rowNumber(of: table)
    }

    /// The first of the row number's names that no column has; the table may have no row numbers all the same.
    static func rowNumber(of table: TableDescription) -> String? {
        let taken = Set(table.columns.map { Identifier.folded($0.name) })
        return ["rowid", "_rowid_", "oid"].first { !taken.contains($0) }
    }
}

extension RecordKey {
    /// As a parameter.
    var value: ConditionValue {
        switch self {
        case .integer(let integer): .integer(integer)
        case .text(let text): .text(text)
        }
    }
}
