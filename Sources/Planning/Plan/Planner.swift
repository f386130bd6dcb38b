package import BulkModel

/// Works out what a job will do, from what was asked and what the database has; refuses what cannot be done.
package enum Planner {
    /// The plan of an upload with this CSV header; nil for JSON, where every writable column of the table is an input.
    ///
    /// Throws UNKNOWN_COLUMN and MISSING_VALUE with a detail for each faulty column, so that one look mends the file, and
    /// what `check` throws.
    package static func plan(
        _ spec: JobSpec, header: [String]?, catalog: Catalog
    ) throws(Refusal) -> Plan {
        guard spec.operation.isWrite else {
            throw Refusal(.invalidRequest, issue: "no_upload", "A query job takes no upload.")
        }
        let target = try target(of: spec, catalog: catalog)
        let names = header ?? jsonNames(target)
        var mapping = InputMapping(target)
        for name in names { mapping.add(name) }
        let inputs = try mapping.finish(isHeader: header != nil)
        let tenant = target.rules.tenantColumn.map { Plan.Tenant(column: $0, value: spec.tenant) }
        return Plan(
            operation: spec.operation, table: target.table, inputs: inputs, key: target.key, tenant: tenant,
            inputNames: names)
    }

    /// Refuses what is wrong before any upload: TABLE_NOT_FOUND, or INVALID_REQUEST for a key that is not unique.
    package static func check(_ spec: JobSpec, catalog: Catalog) throws(Refusal) {
        _ = try target(of: spec, catalog: catalog)
    }

    private static func target(of spec: JobSpec, catalog: Catalog) throws(Refusal) -> PlanTarget {
        let table = try catalog.planned(spec.table)
        let rules = catalog.rules(of: table.name)
        if spec.operation == .delete, rules.softDelete != nil {
            // Deleting for good what the configuration wants kept would be the worst reading of it.
            throw Refusal(
                .invalidRequest, issue: "soft_delete_unsupported",
                "Table \"\(table.name)\" has soft_delete configured, which bulk jobs do not do yet; update that column."
            )
        }
        switch spec.operation {
        case .query, .insert:
            return PlanTarget(operation: spec.operation, table: table, rules: rules, key: [])
        case .update, .upsert, .delete:
            let key = try KeyChoice.key(spec.key, in: table, rules: rules)
            return PlanTarget(operation: spec.operation, table: table, rules: rules, key: key)
        }
    }

    /// A delete also picks up computed columns, only to read over them, so that exported records can be sent back.
    private static func jsonNames(_ target: PlanTarget) -> [String] {
        target.table.columns.filter { !$0.isGenerated || target.operation == .delete }.map(\.name)
    }
}
