package import BulkModel

/// A read-only query to run in the sandbox.
package struct QueryRequest: Sendable {
    /// The caller's SQL; nil selects all of `table` in key order.
    package var sql: String?
    package var table: String
    package var tenant: TenantID
    /// Tables the statement may read; others do not exist for it.
    package var tables: Set<String>
    /// Table to tenant column: those tables are seen through views that hold the tenant's rows only.
    package var tenantColumns: [String: String]
    /// `csv` renders CSV lines (LF) without a header, `json` and `ndjson` one object a line.
    package var format: ContentFormat
    package var durationMax: Duration
    package var rowsMax: Int

    package init(
        sql: String?, table: String, tenant: TenantID, tables: Set<String>, tenantColumns: [String: String],
        format: ContentFormat, durationMax: Duration, rowsMax: Int
    ) {
        self.sql = sql
        self.table = table
        self.tenant = tenant
        self.tables = tables
        self.tenantColumns = tenantColumns
        self.format = format
        self.durationMax = durationMax
        self.rowsMax = rowsMax
    }
}
