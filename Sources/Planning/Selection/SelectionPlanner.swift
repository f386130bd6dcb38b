package import BulkModel

/// Holds a selection request against the table and its rules.
package enum SelectionPlanner {
    /// The plan of the request; throws TABLE_NOT_FOUND and INVALID_REQUEST with a detail for each faulty name and value.
    ///
    /// Rules that the table cannot keep are INTERNAL_ERROR: they are the configuration's fault, not the request's.
    package static func plan(
        _ request: SelectionRequest, tenant: TenantID, catalog: Catalog, limits: Limits
    ) throws(Refusal) -> SelectionPlan {
        let target = try SelectionTarget(request, tenant: tenant, catalog: catalog)
        var faults = SelectionFaults()
        target.checkAction(request, &faults)
        let scope = scope(of: request, target, limits, &faults)
        var writer = WriteBuilder(target.write, key: target.key, faults: faults)
        try target.addSettings(request, limits, to: &writer)
        let row = try writer.template()
        try writer.faults.throwIfAny()
        let status = target.status(changedBy: writer, request)
        var standing = target.standing
        standing.status = status.flatMap { target.table.column($0.column) }
        let merges = request.mergesObjects ? writer.merges : []
        standing.documents = merges.map(\.column)
        return SelectionPlan(
            write: writer.plan(tenant: target.tenant), action: request.action, key: target.key, scope: scope,
            standing: standing,
            updatedFields: writer.settings.filter { !$0.isConfigured }.map(\.planned.column.name),
            transitions: status, nextStatus: status.flatMap { writer.text(of: $0.column) }, row: row,
            merges: merges, noun: Noun.of(table: target.table.name))
    }

    private static func scope(
        of request: SelectionRequest, _ target: SelectionTarget, _ limits: Limits,
        _ faults: inout SelectionFaults
    ) -> SelectionPlan.Scope {
        switch request.scope {
        case .matching(let filter):
            var builder = ConditionBuilder(
                names: ColumnNames(target.table), tenant: target.tenant, limits: limits, faults: faults)
            let condition = builder.condition(filter)
            faults = builder.faults
            return .matching(condition)
        case .listed(let ids):
            var reader = RecordIDReader(column: target.key, limits: limits, faults: faults)
            let keys = reader.keys(ids)
            faults = reader.faults
            return .listed(keys)
        }
    }
}
