package import BulkModel
import Crypto
package import Engine

/// An API key as its owner holds it: `bbk_<id>_<secret>`, 12 and 64 hexadecimal digits.
package enum APIKey {
    package static let prefix = "bbk_"
    private static let idBytes = 6
    private static let secretBytes = 32

    /// A new key: what to store, and the text that is shown this once. `random` gives that many unguessable bytes.
    package static func mint(
        tenant: TenantID, moreTenants: [TenantID] = [], scopes: Set<Caller.Scope>,
        tables: Set<String>? = nil, createdAt: Timestamp, expiresAt: Timestamp? = nil,
        random: (Int) -> [UInt8]
    ) -> (key: StoredKey, plaintext: String) {
        let id = hex(random(idBytes))
        let secret = hex(random(secretBytes))
        let key = StoredKey(
            id: id, secretHash: hash(secret), tenant: tenant, moreTenants: moreTenants, scopes: scopes,
            tables: tables, createdAt: createdAt, expiresAt: expiresAt)
        return (key, "\(prefix)\(id)_\(secret)")
    }

    /// The parts of a key's text; nil when it does not look like one.
    static func parse(_ text: String) -> (id: String, secret: String)? {
        guard text.hasPrefix(prefix) else { return nil }
        let parts = text.dropFirst(prefix.count).split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 2 * idBytes, parts[1].utf8.count == 2 * secretBytes
        else { return nil }
        return (String(parts[0]), String(parts[1]))
    }

    /// True when the secret is the stored key's and the key is in force at `now`.
    static func verify(_ secret: String, against key: StoredKey?, now: Timestamp) -> Bool {
        // An unknown id costs the same work as a wrong secret, so that timing does not tell which ids exist.
        let isRight = ConstantTime.equals(hash(secret), key?.secretHash ?? [UInt8](repeating: 0, count: 32))
        guard isRight, let key, key.revokedAt == nil else { return false }
        return key.expiresAt.map { now < $0 } ?? true
    }

    static func hash(_ secret: String) -> [UInt8] { Array(SHA256.hash(data: Array(secret.utf8))) }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
