import BulkModel
import Engine
import Testing

@testable import StorePostgres

@Suite("Secrets and keys in PostgreSQL", .serialized)
struct SecretTests {
    private static func key(_ id: String, createdAt seconds: Int64 = 1) -> StoredKey {
        StoredKey(
            id: id, secretHash: [0, 255, 7], tenant: TenantID("t"),
            moreTenants: [TenantID("u"), TenantID("v,w")], scopes: [.read, .admin], tables: ["orders"],
            createdAt: Timestamp(unixSeconds: seconds), expiresAt: Timestamp(unixSeconds: 2))
    }

    @Test("the root secret is made once and kept, also when many ask at the same time")
    func rootSecret() async throws {
        let fixture = try await PostgresFixture()
        let store = fixture.postgres
        let secrets = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for number in 0..<8 {
                group.addTask { try await store.rootSecret(orElse: [UInt8(number), 0, 255]) }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(secrets.count == 1)
        try #expect(await store.rootSecret(orElse: [9]) == secrets.first)
    }

    @Test("a key comes back as it was stored, with and without tables")
    func keys() async throws {
        let fixture = try await PostgresFixture()
        let store = fixture.postgres
        var all = Self.key("all")
        all.tables = nil
        all.expiresAt = nil
        var none = Self.key("none", createdAt: 0)
        none.tables = []
        none.scopes = []
        none.moreTenants = []
        for key in [Self.key("k"), all, none] { try await store.insert(key) }
        try #expect(await store.key("k") == Self.key("k"))
        try #expect(await store.keys() == [none, Self.key("k"), all])
    }

    @Test("keys are revoked once, and unknown ones not at all")
    func revoking() async throws {
        let fixture = try await PostgresFixture()
        let store = fixture.postgres
        try await store.insert(Self.key("k"))
        try #expect(await store.revokeKey("k", at: Timestamp(unixSeconds: 5)))
        try #expect(await store.revokeKey("k", at: Timestamp(unixSeconds: 6)))
        try #expect(await store.revokeKey("none", at: Timestamp(unixSeconds: 5)) == false)
        try #expect(await store.key("k")?.revokedAt == Timestamp(unixSeconds: 5))
        try #expect(await store.key("none") == nil)
    }
}
