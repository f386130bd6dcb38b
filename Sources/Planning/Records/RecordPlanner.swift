package import BulkModel

/// Holds requests about single records against their table and its rules.
package enum RecordPlanner {
    /// The table of that name for single records, the tenant's.
    ///
    /// Throws TABLE_NOT_FOUND, INVALID_REQUEST where no single column identifies records, and INTERNAL_ERROR for rules that
    /// the table cannot keep: they are the configuration's fault, not the request's.
    package static func target(
        _ table: String, tenant: TenantID, catalog: Catalog
    ) throws(Refusal) -> RecordTarget {
        let request = SelectionRequest(table: table, action: .update, scope: .matching(.all([])))
        let target = try SelectionTarget(request, tenant: tenant, catalog: catalog)
        var standing = target.standing
        if let rule = target.rules.status, !rule.transitions.isEmpty {
            standing.status = target.table.column(rule.column)
        }
        return RecordTarget(
            table: target.table, rules: target.rules, key: target.key, tenant: target.tenant,
            standing: standing)
    }
}
