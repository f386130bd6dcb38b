/// Who asks, as authentication found out: tenant, what may be done, to which tables.
package struct Caller: Hashable, Sendable {
    /// Names the credential (key id or JWT subject) in logs; never the secret.
    package var credential: String
    package var tenant: TenantID
    package var scopes: Set<Scope>
    /// The tables that may be used; nil means all.
    package var tables: Set<String>?

    /// What a credential may do; `admin` may do all.
    package enum Scope: String, CaseIterable, Sendable {
        case read, write, delete, query, admin
    }

    package init(credential: String, tenant: TenantID, scopes: Set<Scope>, tables: Set<String>? = nil) {
        self.credential = credential
        self.tenant = tenant
        self.scopes = scopes
        self.tables = tables
    }

    /// True when the credential has the scope, by name or as admin.
    package func may(_ scope: Scope) -> Bool { scopes.contains(scope) || scopes.contains(.admin) }

    /// True when the credential may use the table.
    package func may(use table: String) -> Bool { tables?.contains(table) ?? true }
}
