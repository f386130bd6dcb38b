import Testing

@testable import StorePostgres

/// A connection whose transaction stays open from call to call.
final class OtherWriter {
    private let bench: ApplyBench
    private let connection: PooledConnection

    /// Far more looks than a waiting chunk needs.
    private static let looksMax = 10_000

    init(_ bench: ApplyBench) async throws {
        self.bench = bench
        let fixture = try #require(bench.fixture as? PostgresFixture)
        connection = try await ConnectionPool(
            settings: ConnectionSettings(url: fixture.url), connectionsMax: 1
        ).take()
    }

    deinit { connection.giveBack() }

    func execute(_ sql: String) async throws { try await connection.perform { try $0.run(sql) } }

    func perform(_ body: @escaping @Sendable (Session) throws -> Void) async throws {
        try await connection.perform(body)
    }

    /// Until somebody else in this database waits for a lock.
    func waitForWaiting() async throws {
        let waiting =
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        for _ in 0..<Self.looksMax {
            if try await !bench.rows(waiting).isEmpty { return }
        }
        Issue.record("nobody waits for a lock")
    }
}
