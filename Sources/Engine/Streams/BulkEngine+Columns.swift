package import BulkModel
import Planning

extension BulkEngine {
    /// Names of the table's columns, in its order; TABLE_NOT_FOUND when there is none of that name or the caller may not use
    /// it.
    package func columns(of table: String, for caller: Caller) async throws(Refusal) -> [String] {
        try await refusing("columns") {
            let catalog = try await core.catalog()
            try caller.check(use: table, in: catalog, field: "table")
            return catalog.tables[table]?.columns.map(\.name) ?? []
        }
    }
}
