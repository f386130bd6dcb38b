package import Engine
package import Planning

/// What a look at a PostgreSQL database tells, without changing it: for `doctor`.
package struct PostgresInspection: Sendable {
    /// As the server gives it: `15.4`.
    package let serverVersion: String
    /// The role of the connection.
    package let user: String
    /// Schema `breakbulk` is there, or the role may make it.
    package let mayMakeJobTables: Bool
    /// The role may make the roles that queries run as, and the schemas of their views.
    package let mayMakeRoles: Bool
    package let mayMakeSchemas: Bool
    /// The role may make the temporary tables that updates, upserts, deletes and refused records go through.
    package let mayMakeTemporaryTables: Bool
    /// A standby, or set to read-only.
    package let isReadOnly: Bool
    package let tables: [TableDescription]

    /// Connects, looks and leaves; throws `unusable` or `busy` when there is no getting in.
    package static func look(at url: String) async throws(StoreError) -> PostgresInspection {
        let pool = ConnectionPool(settings: ConnectionSettings(url: url), connectionsMax: 1)
        defer { pool.close() }
        return try await pool.with { session in
            let facts = try session.execute(facts)
            return PostgresInspection(
                serverVersion: facts.text(0, 0) ?? "", user: facts.text(0, 1) ?? "",
                mayMakeJobTables: facts.flag(0, 2), mayMakeRoles: facts.flag(0, 3),
                mayMakeSchemas: facts.flag(0, 4),
                mayMakeTemporaryTables: facts.flag(0, 5), isReadOnly: facts.flag(0, 6),
                tables: try CatalogReader().tables(session).map(\.description))
        }
    }

    private static let facts = """
        SELECT current_setting('server_version'), current_user,
            CASE WHEN to_regnamespace('breakbulk') IS NULL THEN has_database_privilege(current_database(), 'CREATE')
                ELSE has_schema_privilege('breakbulk', 'USAGE') AND has_schema_privilege('breakbulk', 'CREATE') END,
            (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user),
            has_database_privilege(current_database(), 'CREATE'),
            has_database_privilege(current_database(), 'TEMP'),
            pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on'
        """
}
