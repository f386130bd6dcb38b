import BulkModel
import Planning

extension Job {
    /// The query of a query job, as the store is to run it.
    func queryRequest(tenantColumns: [String: String], limits: Limits) -> QueryRequest {
        QueryRequest(
            sql: spec.query, table: spec.table, tenant: spec.tenant, tables: Set(spec.queryTables),
            tenantColumns: tenantColumns, format: spec.format, durationMax: limits.queryDurationMax,
            rowsMax: limits.queryRowsMax)
    }
}

extension EngineCore {
    /// Table to tenant column, for the tables that have one.
    var tenantColumns: [String: String] { rules.compactMapValues(\.tenantColumn) }
}
