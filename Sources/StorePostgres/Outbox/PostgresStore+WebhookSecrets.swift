package import Engine

extension PostgresStore: WebhookSecretStore {
    package func webhookSetting(_ name: String, orElse fresh: [UInt8]?) async throws(StoreError) -> [UInt8]? {
        try await pool.with { session in
            let name = Parameter.storable(name)
            if let fresh { try session.execute(Statements.insertSetting, [name, .bytes(fresh)]) }
            let rows = try session.execute(Statements.selectSetting, [name])
            return rows.count > 0 ? rows.bytes(0, 0) : nil
        }
    }
}
