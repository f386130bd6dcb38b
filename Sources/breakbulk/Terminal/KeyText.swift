import BulkModel
import Engine
import Formats

/// API keys as shown by `breakbulk keys`.
enum KeyText {
    /// What `keys create --json` prints: `{"id","key","tenant","scopes","expires_at"}`; `plaintext` is known at the
    /// making only.
    static func value(_ key: StoredKey, plaintext: String?) -> JSONValue {
        var members: [JSONValue.Member] = [.init("id", .string(key.id))]
        if let plaintext { members.append(.init("key", .string(plaintext))) }
        members.append(.init("tenant", .string(key.tenant.text)))
        if !key.moreTenants.isEmpty {
            members.append(.init("more_tenants", .array(key.moreTenants.map { .string($0.text) })))
        }
        members.append(.init("scopes", .array(scopes(key).map(JSONValue.string))))
        if let tables = key.tables {
            members.append(.init("tables", .array(tables.sorted().map(JSONValue.string))))
        }
        members.append(.init("expires_at", time(key.expiresAt)))
        if plaintext == nil {
            members.append(.init("created_at", time(key.createdAt)))
            members.append(.init("revoked_at", time(key.revokedAt)))
        }
        return .object(members)
    }

    /// A heading and one line a key.
    static func lines(_ keys: [StoredKey]) -> [String] {
        let heading = ["ID", "TENANT", "SCOPES", "TABLES", "CREATED", "EXPIRES", "REVOKED"]
        return JobTable.aligned(
            [heading]
                + keys.map { key in
                    [
                        key.id, key.tenant.text, scopes(key).joined(separator: ","),
                        key.tables.map { $0.sorted().joined(separator: ",") } ?? "all", key.createdAt.rfc3339,
                        key.expiresAt?.rfc3339 ?? "never", key.revokedAt?.rfc3339 ?? "-",
                    ]
                })
    }

    /// In the order of the catalogue.
    private static func scopes(_ key: StoredKey) -> [String] {
        Caller.Scope.allCases.filter { key.scopes.contains($0) }.map(\.rawValue)
    }

    private static func time(_ time: Timestamp?) -> JSONValue { time.map { .string($0.rfc3339) } ?? .null }
}
