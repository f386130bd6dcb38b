package import BulkModel

/// What else the server keeps in the database: API keys and its own signing secret.
package protocol SecretStore: Sendable {
    /// 32 random bytes made at first use and kept: the root of all signatures.
    func rootSecret(orElse fresh: [UInt8]) async throws(StoreError) -> [UInt8]
    func insert(_ key: StoredKey) async throws(StoreError)
    func key(_ id: String) async throws(StoreError) -> StoredKey?
    /// All keys, oldest first.
    func keys() async throws(StoreError) -> [StoredKey]
    /// False when there is no such key.
    func revokeKey(_ id: String, at time: Timestamp) async throws(StoreError) -> Bool
}

/// An API key as it is stored: never the secret itself.
package struct StoredKey: Hashable, Sendable {
    package var id: String
    /// SHA-256 of the secret (256 random bits, so a slow hash would add nothing).
    package var secretHash: [UInt8]
    package var tenant: TenantID
    /// Further tenants it may act for by `X-Tenant-ID`.
    package var moreTenants: [TenantID]
    package var scopes: Set<Caller.Scope>
    package var tables: Set<String>?
    package var createdAt: Timestamp
    package var expiresAt: Timestamp?
    package var revokedAt: Timestamp?

    package init(
        id: String, secretHash: [UInt8], tenant: TenantID, moreTenants: [TenantID] = [],
        scopes: Set<Caller.Scope>, tables: Set<String>? = nil, createdAt: Timestamp,
        expiresAt: Timestamp? = nil, revokedAt: Timestamp? = nil
    ) {
        self.id = id
        self.secretHash = secretHash
        self.tenant = tenant
        self.moreTenants = moreTenants
        self.scopes = scopes
        self.tables = tables
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.revokedAt = revokedAt
    }
}
