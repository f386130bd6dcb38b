package import BulkModel
package import Engine
import GRDB

extension SQLiteStore {
    package func rootSecret(orElse fresh: [UInt8]) async throws(StoreError) -> [UInt8] {
        try await write { db in
            let name = "root_secret"
            try db.execute(sql: Statements.insertSetting, arguments: [name, DatabaseBlob.value(fresh)])
            guard let row = try Row.fetchOne(db, sql: Statements.selectSetting, arguments: [name]) else {
                throw ByteDecoder.damaged
            }
            return DatabaseBlob.bytes(row, "value")
        }
    }

    package func insert(_ key: StoredKey) async throws(StoreError) {
        try await write { db in
            try db.execute(
                sql: Statements.insertKey,
                arguments: [
                    key.id, DatabaseBlob.value(key.secretHash), key.tenant.text,
                    DatabaseBlob.texts(key.moreTenants.map(\.text)),
                    key.scopes.map(\.rawValue).sorted().joined(separator: ","),
                    key.tables.map { DatabaseBlob.texts($0.sorted()) }, key.createdAt.microseconds,
                    key.expiresAt?.microseconds, key.revokedAt?.microseconds,
                ])
        }
    }

    package func key(_ id: String) async throws(StoreError) -> StoredKey? {
        try await read { db in
            try db.row(Statements.selectKey, [id]).map(Self.storedKey)
        }
    }

    package func keys() async throws(StoreError) -> [StoredKey] {
        try await read { db in
            try Row.fetchAll(db, sql: Statements.selectKeysOldestFirst).map(Self.storedKey)
        }
    }

    package func revokeKey(_ id: String, at time: Timestamp) async throws(StoreError) -> Bool {
        try await write { db in
            try db.execute(sql: Statements.revokeKey, arguments: [time.microseconds, id])
            return db.changesCount == 1
        }
    }

    private static func storedKey(_ row: Row) throws -> StoredKey {
        let scopes = try (row["scopes"] as String).split(separator: ",").map {
            try JobRow.known(String($0)) as Caller.Scope
        }
        let tables = row.hasNull(atIndex: 5) ? nil : try DatabaseBlob.texts(DatabaseBlob.bytes(row, "tables"))
        return StoredKey(
            id: row["id"], secretHash: DatabaseBlob.bytes(row, "secret_hash"),
            tenant: TenantID(row["tenant"]),
            moreTenants: try DatabaseBlob.texts(DatabaseBlob.bytes(row, "more_tenants")).map(TenantID.init),
            scopes: Set(scopes), tables: tables.map(Set.init),
            createdAt: Timestamp(microseconds: row["created_at"]), expiresAt: JobRow.time(row["expires_at"]),
            revokedAt: JobRow.time(row["revoked_at"]))
    }
}
