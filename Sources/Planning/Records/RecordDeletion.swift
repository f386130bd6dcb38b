package import BulkModel

/// Deletes single records: by the table's mark where it has one, or for good.
package struct RecordDeletion: Sendable {
    private let plan: SelectionPlan

    /// `isSoft` nil: as the table is configured. Throws INVALID_REQUEST where records are to be marked and the table has no
    /// mark, and what `RecordPlanner.target` throws.
    package init(
        _ table: String, isSoft: Bool?, tenant: TenantID, catalog: Catalog, limits: Limits
    ) throws(Refusal) {
        var catalog = catalog
        var rules = catalog.rules(of: table)
        if isSoft == true, rules.softDelete == nil {
            throw Refusal(
                .invalidRequest, issue: "no_soft_delete",
                "Table \"\(table)\" has no column that marks deleted records; configure "
                    + "`tables.\(table).soft_delete`, or leave the option out.",
                details: [
                    Refusal.Detail(
                        field: "soft_delete", code: .invalidRequest,
                        message: "Table \"\(table)\" has no column that marks deleted records.")
                ])
        }
        if isSoft == false { rules.softDelete = nil }
        catalog.rules[table] = rules
        let request = SelectionRequest(table: table, action: .delete, scope: .matching(.all([])))
        plan = try SelectionPlanner.plan(request, tenant: tenant, catalog: catalog, limits: limits)
    }

    /// The deletion of these records, which were judged.
    package func batch(of keys: [RecordKey], now: Timestamp) -> (batch: BoundBatch, plan: Plan) {
        let records = keys.map { SelectedRecord(key: $0) }
        return (plan.batch(of: records, firstRecord: 1, now: now), plan.write)
    }
}
