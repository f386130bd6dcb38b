package import BulkModel
package import Engine
package import Planning

/// A PostgreSQL database as store: data beside the schema `breakbulk`, so that change and receipt commit
/// together.
///
/// Any number of nodes may have one open.
package final class PostgresStore: SharedStore {
    let limits: Limits
    let settings: ConnectionSettings
    /// For calls that are over soon: jobs, receipts, keys.
    let pool: ConnectionPool
    /// For leases, which keep their connection while a chunk is decoded and applied.
    let leasePool: ConnectionPool
    let catalog: CatalogReader
    /// Which jobs had refusals just now.
    let habits = WriteHabits()
    /// For signals and locks between nodes.
    let node: NodeSession

    private init(settings: ConnectionSettings, limits: Limits, role: Role) {
        self.limits = limits
        self.settings = settings
        pool = ConnectionPool(
            settings: settings, connectionsMax: role == .server ? limits.databaseConnectionsMax : 1)
        // One more than chunks: streams need one too, and a chunk may hold one only to wait for the chunk before it.
        leasePool = ConnectionPool(settings: settings, connectionsMax: limits.chunksAtOnceMax + 1)
        catalog = CatalogReader()
        node = NodeSession(settings: settings)
    }

    /// As what a database is opened.
    package enum Role: Sendable {
        /// A node, one of any number.
        case server
        /// A command beside the nodes (`keys create`): one connection, short calls.
        case tool
    }

    /// Connects, and makes the job tables or brings them to this version's shape.
    ///
    /// Throws `busy` when the database cannot be reached, `unusable` when its job tables are newer than this
    /// version or may not be made. Later calls throw `busy` while the database is away.
    package static func open(
        url: String, limits: Limits, role: Role = .server
    ) async throws(StoreError) -> PostgresStore {
        var settings = ConnectionSettings(url: url)
        settings.idleInTransactionMax = limits.leaseIdleMax
        let store = PostgresStore(settings: settings, limits: limits, role: role)
        do throws(StoreError) {
            try await store.pool.with { try Migrations().apply($0) }
            return store
        } catch {
            store.close()
            throw StoreError(error.code, "cannot use the PostgreSQL database: \(error.message)")
        }
    }

    /// Closes all connections, those at work when they come back; calls made afterwards fail.
    package func close() {
        pool.close()
        leasePool.close()
        node.close()
    }

    /// Read again only when a table has changed, whoever changed it.
    package func tables() async throws(StoreError) -> [TableDescription] {
        try await pool.with { [catalog] session in try catalog.tables(session).map(\.description) }
    }
}
