import PostgresHarness

@testable import StorePostgres

/// A database of one test's own on the shared server, and a pool over it.
struct TestDatabase {
    let cluster: PostgresCluster
    let url: String
    let pool: ConnectionPool

    init(connectionsMax: Int = 2, on cluster: PostgresCluster? = nil) async throws {
        if let cluster { self.cluster = cluster } else { self.cluster = try await PostgresCluster.shared() }
        url = try await self.cluster.createDatabase()
        pool = ConnectionPool(settings: ConnectionSettings(url: url), connectionsMax: connectionsMax)
    }

    /// Another node's own connection.
    func node() -> NodeSession { NodeSession(settings: ConnectionSettings(url: url)) }

    /// Another pool over the same database.
    func pool(connectionsMax: Int = 1) -> ConnectionPool {
        ConnectionPool(settings: ConnectionSettings(url: url), connectionsMax: connectionsMax)
    }
}
