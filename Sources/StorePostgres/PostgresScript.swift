package import Engine

/// Statements of the program itself on a connection of their own: sample tables, a look over a set-up.
package final class PostgresScript: Sendable {
    private let pool: ConnectionPool

    /// Connects at the first statement.
    package init(url: String) {
        pool = ConnectionPool(settings: ConnectionSettings(url: url), connectionsMax: 1)
    }

    /// Runs all statements of the text, in one transaction unless they say otherwise.
    package func execute(_ sql: String) async throws(StoreError) {
        try await pool.with { try $0.run(sql) }
    }

    /// The first column of all rows; NULL as nil.
    package func column(_ sql: String) async throws(StoreError) -> [String?] {
        try await pool.with { session in
            let rows = try session.execute(sql)
            return (0..<rows.count).map { rows.text($0, 0) }
        }
    }

    /// Closes the connection; nothing of this may be used afterwards.
    package func close() { pool.close() }
}
