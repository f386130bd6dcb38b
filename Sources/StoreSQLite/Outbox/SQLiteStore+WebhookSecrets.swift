package import Engine
import GRDB

extension SQLiteStore: WebhookSecretStore {
    package func webhookSetting(_ name: String, orElse fresh: [UInt8]?) async throws(StoreError) -> [UInt8]? {
        guard let fresh else { return try await read { db in try Self.setting(name, db) } }
        return try await write { db in
            try db.execute(sql: Statements.insertSetting, arguments: [name, DatabaseBlob.value(fresh)])
            return try Self.setting(name, db)
        }
    }

    private static func setting(_ name: String, _ db: Database) throws -> [UInt8]? {
        try Row.fetchOne(db, sql: Statements.selectSetting, arguments: [name]).map {
            DatabaseBlob.bytes($0, "value")
        }
    }
}
