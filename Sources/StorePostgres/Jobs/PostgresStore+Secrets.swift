package import BulkModel
package import Engine

extension PostgresStore: SecretStore {
    package func rootSecret(orElse fresh: [UInt8]) async throws(StoreError) -> [UInt8] {
        try await transaction { session in
            let name = Parameter.text("root_secret")
            try session.execute(Statements.insertSetting, [name, .bytes(fresh)])
            let rows = try session.execute(Statements.selectSetting, [name])
            guard rows.count > 0 else { throw ByteDecoder.damaged }
            return rows.bytes(0, 0)
        }
    }

    package func insert(_ key: StoredKey) async throws(StoreError) {
        try await transaction { session in
            _ = try session.execute(
                Statements.insertKey,
                [
                    .storable(key.id), .bytes(key.secretHash), .storable(key.tenant.text),
                    .list(key.moreTenants.map(\.text)),
                    .text(key.scopes.map(\.rawValue).sorted().joined(separator: ",")),
                    key.tables.map { .list($0.sorted()) } ?? .null, .time(key.createdAt),
                    .optional(key.expiresAt), .optional(key.revokedAt),
                ])
        }
    }

    package func key(_ id: String) async throws(StoreError) -> StoredKey? {
        try await pool.look { session in
            let rows = try session.execute(Statements.selectKey, [.storable(id)])
            return rows.count > 0 ? try Self.key(rows, 0) : nil
        }
    }

    package func keys() async throws(StoreError) -> [StoredKey] {
        try await pool.with { session in
            let rows = try session.execute(Statements.selectKeysOldestFirst)
            return try (0..<rows.count).map { try Self.key(rows, $0) }
        }
    }

    package func revokeKey(_ id: String, at time: Timestamp) async throws(StoreError) -> Bool {
        try await transaction { session in
            try session.execute(Statements.revokeKey, [.storable(id), .time(time)]).affectedCount == 1
        }
    }

    private static func key(_ rows: Rows, _ row: Int) throws -> StoredKey {
        var reader = RowReader(rows, row)
        let id = reader.text()
        let hash = reader.bytes()
        let tenant = TenantID(reader.text())
        let moreTenants = try reader.list().map(TenantID.init)
        let scopes = try reader.text().split(separator: ",").map {
            try RowReader.known(String($0)) as Caller.Scope
        }
        let tables = try reader.optionalList().map(Set.init)
        return StoredKey(
            id: id, secretHash: hash, tenant: tenant, moreTenants: moreTenants, scopes: Set(scopes),
            tables: tables, createdAt: reader.time(), expiresAt: reader.optionalTime(),
            revokedAt: reader.optionalTime())
    }
}
