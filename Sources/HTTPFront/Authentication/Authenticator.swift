package import BulkModel
package import Dialects
import Engine

/// Finds out who asks; knows nothing of routes.
package struct Authenticator: Sendable {
    private let mode: AuthenticationMode
    private let jwt: JWTVerifier?
    private let clock: WallClock

    /// INVALID_REQUEST when a configured JWT key is unusable.
    package init(_ mode: AuthenticationMode, clock: WallClock) async throws(Refusal) {
        self.mode = mode
        self.clock = clock
        guard case .credentials(_, let rules?) = mode else {
            jwt = nil
            return
        }
        jwt = try await JWTVerifier(rules)
    }

    /// The caller behind these header lines; UNAUTHENTICATED without a valid credential, FORBIDDEN for a foreign tenant.
    package func caller(_ headers: HeaderFields) async throws(Refusal) -> Caller {
        switch mode {
        case .open(var caller):
            try Self.checkLocal(headers)
            // Whoever reaches an open server may do everything; the header then only says for whom.
            if let tenant = headers["x-tenant-id"], !tenant.isEmpty { caller.tenant = TenantID(tenant) }
            return caller
        case .credentials(let keys, _):
            let credential = try Self.credential(headers)
            if let parts = APIKey.parse(credential) { return try await caller(parts, headers, keys) }
            return try await caller(token: credential, headers)
        }
    }

    private func caller(
        _ parts: (id: String, secret: String), _ headers: HeaderFields, _ keys: any SecretStore
    ) async throws(Refusal) -> Caller {
        let stored: StoredKey?
        do {
            stored = try await keys.key(parts.id)
        } catch {
            throw Refusal(.serviceUnavailable, "Keys cannot be looked up now; try again.")
        }
        guard APIKey.verify(parts.secret, against: stored, now: clock.now()), let key = stored else {
            throw Refusal(
                .unauthenticated, issue: "invalid_key", "The API key is unknown, expired or revoked.")
        }
        let choice = TenantChoice(standard: key.tenant, others: key.moreTenants)
        let tenant = try choice.choose(header: headers["x-tenant-id"])
        return Caller(credential: key.id, tenant: tenant, scopes: key.scopes, tables: key.tables)
    }

    private func caller(token: String, _ headers: HeaderFields) async throws(Refusal) -> Caller {
        guard let jwt else {
            throw Refusal(.unauthenticated, issue: "invalid_key", "The credential is no API key (bbk_…).")
        }
        let claims = try await jwt.claims(token, now: clock.now())
        // An empty name is none: it would else be a tenant of its own, shared by all whose claim was left blank.
        let named = [claims.tenant, claims.tenantID].compactMap { $0 }.first { !$0.isEmpty }
        let standard = named.map(TenantID.init)
        let others = (claims.tenants ?? []).filter { !$0.isEmpty }.map(TenantID.init)
        guard standard != nil || !others.isEmpty else {
            throw Refusal(.unauthenticated, issue: "no_tenant", "The JWT names no tenant.")
        }
        let tenant = try TenantChoice(standard: standard, others: others).choose(
            header: headers["x-tenant-id"])
        return Caller(
            credential: "jwt:\(claims.sub ?? "")", tenant: tenant, scopes: claims.grantedScopes,
            tables: claims.tables.map(Set.init))
    }

    /// The one credential of the request, from either header: `Authorization: Bearer` or `X-API-Key`.
    private static func credential(_ headers: HeaderFields) throws(Refusal) -> String {
        let lines = headers.count(of: "authorization") + headers.count(of: "x-api-key")
        guard lines == 1 else {
            throw Refusal(
                .unauthenticated, issue: lines == 0 ? "no_credential" : "several_credentials",
                "Send one credential: Authorization: Bearer <key or JWT>, or X-API-Key: <key>.")
        }
        if let key = headers["x-api-key"] { return key }
        let parts = (headers["authorization"] ?? "").split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else {
            throw Refusal(
                .unauthenticated, issue: "no_credential", "Authorization must be: Bearer <key or JWT>.")
        }
        return parts[1].filter { $0 != " " }
    }

    /// An open server listens on loopback, but a browser on this machine can be talked into calling it: by a name that
    /// resolves to 127.0.0.1 (so `Host` must be local), or from a foreign page (so `Origin` must be local too).
    private static func checkLocal(_ headers: HeaderFields) throws(Refusal) {
        var authorities = [headers["host"] ?? "localhost"]
        if let origin = headers["origin"] {
            authorities.append(String(origin.split(separator: "/").last ?? ""))
        }
        let isLocal = authorities.allSatisfy { LoopbackAddress.contains(host: LoopbackAddress.host(of: $0)) }
        guard isLocal else {
            throw Refusal(
                .forbidden, issue: "foreign_host",
                "This server takes anybody on this machine, so it answers to localhost names only; use API keys."
            )
        }
    }
}
