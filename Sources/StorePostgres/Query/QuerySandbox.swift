import BulkModel
import Engine
import Planning

/// What one statement of a caller runs in: a role of its own, which has no right but to read the views of a schema of its
/// own, which show the tenant's rows of the allowed tables. Both have the same name.
///
/// The session logs in as the role: what `SET ROLE` puts on, a function can take off. Role and schema live as long as the
/// query, so the schema is always that of the tables as they are and stands in the way of no change of theirs; the password
/// is good for a minute and nobody else's. What a node that died left behind, `removeAbandoned` finds.
struct QuerySandbox: Sendable {
    let name: String
    /// For the role.
    let settings: ConnectionSettings
    private let ownSettings: ConnectionSettings

    /// Makes role, schema and views. Throws `queryRefused`, which tells the operator what to grant, when it may not.
    static func make(
        for request: QueryRequest, tables: [PostgresTable], settings: ConnectionSettings, _ session: Session
    ) throws -> QuerySandbox {
        removeAbandoned(session)
        let facts = try session.execute(QueryStatements.facts)
        try checkRights(facts)
        guard let name = facts.text(0, 0), let password = facts.text(0, 1), let validUntil = facts.text(0, 2)
        else { throw StoreError(.failed, "the server gave no name for a query's role") }
        let verifier = try session.verifier(of: password, for: name)
        try session.transaction {
            try session.run(QueryStatements.createRole(name, verifier: verifier, validUntil: validUntil))
            try session.run("CREATE SCHEMA \(name)")
            for table in tables { try session.run(view(of: table, in: name, for: request)) }
            try session.run(QueryStatements.grant(name))
        }
        var roleSettings = settings
        (roleSettings.user, roleSettings.password) = (name, password)
        return QuerySandbox(name: name, settings: roleSettings, ownSettings: settings)
    }

    /// Removes schema and role, on a connection of its own; blocks. The role's session must be closed.
    func remove() {
        // What cannot be removed now, `removeAbandoned` removes later.
        guard let session = try? Session.connect(ownSettings) else { return }
        Self.remove(name, session)
    }

    /// The condition on a table's rows; nil when the request sees all of them.
    static func condition(on table: PostgresTable, for request: QueryRequest) -> String? {
        guard let column = request.tenantColumns[table.description.name] else { return nil }
        let type = table.columnTypes[column] ?? ""
        return TenantCondition.sql(column: column, declaredType: type, tenant: request.tenant.text)
    }

    private static func view(of table: PostgresTable, in schema: String, for request: QueryRequest) -> String
    {
        let view = "\(schema).\(QuerySQL.identifier(table.description.name))"
        return QueryStatements.createView(
            view, of: table.sqlName, where: condition(on: table, for: request))
    }

    private static func checkRights(_ facts: Rows) throws(StoreError) {
        let user = facts.text(0, 5) ?? ""
        guard facts.flag(0, 3) else { throw notSetUp("ALTER ROLE \(user) CREATEROLE") }
        guard facts.flag(0, 4) else {
            throw notSetUp("GRANT CREATE ON DATABASE \(facts.text(0, 6) ?? "") TO \(user)")
        }
    }

    private static func notSetUp(_ statement: String) -> StoreError {
        StoreError(
            .queryRefused,
            "queries with SQL are not set up on this server (whole tables can be exported); its operator must run: "
                + statement)
    }

    private static func removeAbandoned(_ session: Session) {
        // Another node may be removing the same; whatever stays is found by the next query.
        guard let names = try? session.execute(QueryStatements.abandoned) else { return }
        for row in 0..<names.count { remove(names.text(row, 0) ?? "", session) }
    }

    private static func remove(_ name: String, _ session: Session) {
        // As above.
        try? session.transaction {
            try session.run("SET LOCAL lock_timeout TO 5000")
            try session.run(QueryStatements.drop(name))
        }
    }
}
