package import BulkModel
package import Engine

/// Which secrets sign a delivery: the request's own, else the tenant's, else the configuration's, else the one that the
/// server made for itself.
///
/// A secret that was replaced goes on signing beside its successor for a day, so that receivers can change over. Kept secrets
/// are numbered and never change; the one with the highest number is in force.
package struct WebhookSecrets: Sendable {
    private let store: any WebhookSecretStore
    private let sealer: SecretSealer
    private let configured: SigningSecret?
    private let clock: WallClock
    private let random: @Sendable (Int) -> [UInt8]
    private let marks = SecretMarks()

    /// How long a replaced secret goes on signing.
    static let overlap = Duration.seconds(24 * 3600)
    private static let targetPlace = "webhook target"

    /// Where the secret in force comes from.
    package enum Source: String, Sendable {
        case tenant, configuration, server
    }

    private struct Kept {
        var number: Int
        var secret: SigningSecret
        var createdAt: Timestamp
    }

    /// `random` gives that many unguessable bytes.
    package init(
        store: any WebhookSecretStore, sealer: SecretSealer, configured: SigningSecret?, clock: WallClock,
        random: @escaping @Sendable (Int) -> [UInt8]
    ) {
        self.store = store
        self.sealer = sealer
        self.configured = configured
        self.clock = clock
        self.random = random
    }

    /// The caller's own secret as it is kept beside its job.
    package func seal(_ secret: [UInt8]) -> [UInt8] { sealer.seal(secret, for: Self.targetPlace) }

    /// What signs a delivery to the target, the secret in force first; never empty.
    package func signing(_ target: WebhookTarget, of tenant: TenantID) async throws(StoreError)
        -> [SigningSecret]
    {
        if let sealed = target.sealedSecret {
            guard let bytes = sealer.open(sealed, for: Self.targetPlace),
                let secret = SigningSecret(String(decoding: bytes, as: UTF8.self), anyText: true)
            else {
                throw StoreError(.failed, "a webhook's secret cannot be opened: the root secret has changed")
            }
            return [secret]
        }
        let own = try await kept(of: tenant)
        guard let oldest = own.first else { return try await shared() }
        let recent = own.reversed().map(\.secret)
        // Until its first own secret is a day old, receivers may know the shared one only.
        let isNew = oldest.number == 1 && clock.now() < oldest.createdAt + Self.overlap
        return isNew ? recent + (try await shared()) : recent
    }

    /// The secret in force for the tenant (nil: for tenants without one of their own); the server makes its own now if
    /// it must.
    package func current(of tenant: TenantID?) async throws(StoreError) -> (
        secret: SigningSecret, source: Source
    ) {
        if let tenant, let own = try await kept(of: tenant).last { return (own.secret, .tenant) }
        if let configured { return (configured, .configuration) }
        if let first = try await shared().first { return (first, .server) }
        throw StoreError(.failed, "the webhook secret could not be kept")
    }

    /// Replaces the tenant's secret (nil: the server's own) with a new one, which is given.
    package func rotate(_ tenant: TenantID?) async throws(StoreError) -> SigningSecret {
        let fresh = SigningSecret.fresh(random: random)
        var number = (try await kept(of: tenant).last?.number ?? 0) + 1
        // Another one who rotates at the same time may have had the number; both are kept then, one after the other.
        while try await keep(fresh, number: number, of: tenant) != fresh { number += 1 }
        return fresh
    }

    private func shared() async throws(StoreError) -> [SigningSecret] {
        if let configured { return [configured] }
        let own = try await kept(of: nil)
        guard own.isEmpty else { return own.reversed().map(\.secret) }
        return [try await keep(SigningSecret.fresh(random: random), number: 1, of: nil)]
    }

    /// Those that sign, oldest first: the one in force, and those that were replaced less than a day ago.
    private func kept(of tenant: TenantID?) async throws(StoreError) -> [Kept] {
        var found: [Kept] = []
        var number = marks.first(of: tenant)
        while true {
            let name = Self.name(number: number, tenant)
            guard let sealed = try await store.webhookSetting(name, orElse: nil) else { break }
            found.append(try open(sealed, name, number: number))
            number += 1
        }
        let now = clock.now()
        // Newer ones may bear an older time where a clock was set back: what one of them ended stays ended.
        let ended = found.indices.dropFirst().last { now >= found[$0].createdAt + Self.overlap }
        guard let ended else { return found }
        marks.note(found[ended].number, of: tenant)
        return Array(found[ended...])
    }

    /// Keeps the secret under its number; gives the one that is kept there, which may be another one's.
    private func keep(
        _ secret: SigningSecret, number: Int, of tenant: TenantID?
    ) async throws(StoreError) -> SigningSecret {
        let name = Self.name(number: number, tenant)
        let text = "\(clock.now().microseconds) \(secret.text)"
        let sealed = sealer.seal(Array(text.utf8), for: name)
        guard let stored = try await store.webhookSetting(name, orElse: sealed) else {
            throw StoreError(.failed, "the webhook secret could not be kept")
        }
        return try open(stored, name, number: number).secret
    }

    private func open(_ sealed: [UInt8], _ name: String, number: Int) throws(StoreError) -> Kept {
        let text = sealer.open(sealed, for: name).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let parts = text.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, let time = Int64(parts[0]), let secret = SigningSecret(String(parts[1]))
        else {
            throw StoreError(.failed, "a webhook secret cannot be opened: the root secret has changed")
        }
        return Kept(number: number, secret: secret, createdAt: Timestamp(microseconds: time))
    }

    private static func name(number: Int, _ tenant: TenantID?) -> String {
        "webhook_secret \(number) " + (tenant.map { "tenant \($0)" } ?? "server")
    }
}
