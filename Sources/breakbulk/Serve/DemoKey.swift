import BulkModel
import Engine

/// The key of the demo: the same over restarts while it is in force, so that pasted commands go on working.
struct DemoKey {
    let file: SecretFile

    /// The name in spec 002.
    static let tenant = "tenant-123"

    /// The kept key, or a new one.
    func text(in store: some SecretStore) async throws(CommandFailure) -> String {
        if let text = file.read(), try await isInForce(text, in: store) { return text }
        let text = try await FirstKey.mint(in: store, tenant: Self.tenant)
        try file.write(text)
        return text
    }

    /// The middle part of a key's text is its id.
    private func isInForce(_ text: String, in store: some SecretStore) async throws(CommandFailure) -> Bool {
        let parts = text.split(separator: "_")
        guard parts.count == 3 else { return false }
        do {
            guard let stored = try await store.key(String(parts[1])) else { return false }
            return stored.revokedAt == nil && stored.tenant.text == Self.tenant
        } catch {
            throw StoreFailure.failure(error)
        }
    }
}
