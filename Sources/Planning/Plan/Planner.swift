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
        let input = try PlannedInput(spec, header: header, catalog: catalog)
        let inputs = try input.mapping.finish(isHeader: header != nil)
        let target = input.target
        let tenant = target.rules.tenantColumn.map { Plan.Tenant(column: $0, value: spec.tenant) }
        return Plan(
            operation: spec.operation, table: target.table, inputs: inputs, key: target.key, tenant: tenant,
            inputNames: input.names, isLenient: spec.options.isLenient, fills: target.fills,
            earlierResult: input.earlierResult)
    }

    /// Refuses what is wrong before any upload: TABLE_NOT_FOUND, or INVALID_REQUEST for a key that is not unique, or with the
    /// issue `invalid_mapping` and a detail for each faulty name of the mapping (`mapping.<source>`).
    package static func check(_ spec: JobSpec, catalog: Catalog) throws(Refusal) {
        _ = try PlannedInput.mapped(spec, try PlannedInput.target(of: spec, catalog: catalog))
    }

    /// What a lenient job reads over of a CSV header, a sentence each; none for JSON, whose keys nobody knows beforehand, and
    /// for a job that is refused.
    package static func warnings(_ spec: JobSpec, header: [String]?, catalog: Catalog) -> [String] {
        guard spec.options.isLenient, header != nil, spec.operation.isWrite else { return [] }
        do throws(Refusal) {
            return try PlannedInput(spec, header: header, catalog: catalog).mapping.warnings
        } catch {
            // Whoever plans the job is told all of it.
            return []
        }
    }

    /// The names by which records of the job's upload have these columns: their own, unless others are mapped to them.
    package static func inputNames(of columns: [String], in spec: JobSpec) -> [String] {
        columns.map { column in
            spec.options.mapping.first { $0.column == column }?.source
                ?? spec.options.mapping.first { ColumnNames.fold($0.column) == ColumnNames.fold(column) }?
                .source ?? column
        }
    }
}
