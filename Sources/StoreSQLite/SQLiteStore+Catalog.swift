package import Engine
import GRDB
package import Planning

extension SQLiteStore {
    /// Read again only when the schema has changed, whoever changed it.
    package func tables() async throws(StoreError) -> [TableDescription] {
        try await read { [catalogCache] db in
            let version = Int(try db.number("PRAGMA main.schema_version") ?? 0)
            if let tables = catalogCache.tables(ifVersion: version) { return tables }
            let tables = try TableReader.tables(db)
            catalogCache.keep(tables, version: version)
            return tables
        }
    }
}
