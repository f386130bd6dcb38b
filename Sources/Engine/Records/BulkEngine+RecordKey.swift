package import BulkModel
import Planning

extension BulkEngine {
    /// The column that identifies the table's records; refuses as `perform` does where there is none, or no such table.
    package func keyColumn(of table: String, for caller: Caller) async throws(Refusal) -> String {
        try await refusing("keyColumn") {
            let catalog = try await core.catalog()
            try caller.check(use: table, in: catalog, field: "table")
            return try RecordPlanner.target(table, tenant: caller.tenant, catalog: catalog).key.name
        }
    }
}
