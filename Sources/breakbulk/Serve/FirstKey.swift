import BulkModel
import Engine
import HTTPFront

/// Makes sure that somebody can get in: without any key in force a first one is made.
enum FirstKey {
    /// The tenant of the first key of a new server.
    static let tenant = "default"

    /// The text of a new admin key, nil when the store has keys already.
    static func mintIfNone(in store: some SecretStore, tenant: String) async throws(CommandFailure) -> String?
    {
        do {
            guard try await store.keys().isEmpty else { return nil }
        } catch {
            throw StoreFailure.failure(error)
        }
        return try await mint(in: store, tenant: tenant)
    }

    /// The text of a new admin key.
    static func mint(in store: some SecretStore, tenant: String) async throws(CommandFailure) -> String {
        let minted = APIKey.mint(
            tenant: TenantID(tenant), scopes: Set(Caller.Scope.allCases), createdAt: WallClock.system.now(),
            random: SystemRandom.bytes)
        do {
            try await store.insert(minted.key)
        } catch {
            throw StoreFailure.failure(error)
        }
        return minted.plaintext
    }

    /// What is printed of a first key.
    static func lines(_ key: String, tenant: String) -> [String] {
        [
            "", "First start: this is the admin key of tenant \(tenant). It is shown this once; keep it.", "",
            "    \(key)", "",
        ]
    }
}
