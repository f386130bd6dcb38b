import BulkModel
import Engine
import StorePostgres
import StoreSQLite

/// A database that was opened, of whichever kind.
struct OpenDatabase: Sendable {
    let store: any Store & SecretStore & OutboxStore & WebhookSecretStore
    /// What must run beside the store while it serves, nil for nothing.
    let housekeeping: (@Sendable () async throws -> Void)?
    /// The same store, when other servers may work on the same jobs.
    let shared: (any SharedStore)?
    /// Nothing of this may be used afterwards.
    let close: @Sendable () -> Void

    /// As what a database is opened.
    enum Role {
        /// To serve it and run its jobs.
        case server
        /// For a command beside servers that may be running.
        case tool
    }

    /// Opens it and brings its job tables up to date.
    static func open(
        _ address: DatabaseAddress, limits: Limits, role: Role
    ) async throws(CommandFailure) -> OpenDatabase {
        do {
            switch address {
            case .sqlite(let path): return try sqlite(path, limits: limits, role: role)
            case .postgres(let url): return try await postgres(url, limits: limits, role: role)
            }
        } catch {
            throw StoreFailure.failure(error)
        }
    }

    private static func sqlite(
        _ path: String, limits: Limits, role: Role
    ) throws(StoreError) -> OpenDatabase {
        let store = try SQLiteStore.open(path: path, limits: limits, role: role == .server ? .server : .tool)
        return OpenDatabase(
            store: store, housekeeping: { try await store.runCheckpoints() }, shared: nil,
            close: { store.close() })
    }

    private static func postgres(
        _ url: String, limits: Limits, role: Role
    ) async throws(StoreError) -> OpenDatabase {
        let store = try await PostgresStore.open(
            url: url, limits: limits, role: role == .server ? .server : .tool)
        return OpenDatabase(store: store, housekeeping: nil, shared: store, close: { store.close() })
    }
}
