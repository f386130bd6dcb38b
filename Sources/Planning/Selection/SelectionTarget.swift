import BulkModel

/// The table of a selection with what its rules say of the action.
struct SelectionTarget {
    let table: TableDescription
    let rules: TableRules
    let key: ColumnDescription
    let tenant: Plan.Tenant?
    /// An update or a delete by the key.
    let write: PlanTarget
    /// All but the status, which depends on the updates.
    let standing: SelectionPlan.Standing

    init(_ request: SelectionRequest, tenant: TenantID, catalog: Catalog) throws(Refusal) {
        let table = try catalog.planned(request.table)
        let rules = catalog.rules(of: table.name)
        self.table = table
        self.rules = rules
        key = try Self.key(of: table, rules)
        self.tenant = rules.tenantColumn.map { Plan.Tenant(column: $0, value: tenant) }
        var standing = SelectionPlan.Standing()
        standing.lock = try Mark.make(rules.lock, in: table, place: "lock")
        standing.softDelete = try Mark.make(rules.softDelete, in: table, place: "soft_delete")
        if request.action == .archive {
            standing.archive = try Mark.make(rules.archive, in: table, place: "archive")
        }
        self.standing = standing
        let removes = request.action == .delete && rules.softDelete == nil
        write = PlanTarget(
            operation: removes ? .delete : .update, table: table, rules: rules, key: [key.name])
    }

    private static func key(of table: TableDescription, _ rules: TableRules) throws(Refusal)
        -> ColumnDescription
    {
        let names = try KeyChoice.key(nil, in: table, rules: rules)
        guard names.count == 1, let key = table.column(names[0]) else {
            throw refusal(
                "composite_key",
                "The records of table \"\(table.name)\" are identified by several columns "
                    + "(\(names.joined(separator: ", "))), here it must be one; configure a unique column as "
                    + "`tables.\(table.name).key`.")
        }
        switch key.type {
        case .blob, .json:
            throw refusal(
                "unusable_key",
                "The key \"\(key.name)\" of table \"\(table.name)\" is \(key.declaredType), which cannot be listed "
                    + "or compared here; configure another unique column as `tables.\(table.name).key`.")
        case .integer, .real, .decimal, .boolean, .date, .timestamp, .time, .uuid, .text, .any: return key
        }
    }

    private static func refusal(_ issue: String, _ message: String) -> Refusal {
        Refusal(
            .invalidRequest, issue: issue, message,
            details: [Refusal.Detail(field: "key", code: .invalidRequest, message: message)])
    }
}
