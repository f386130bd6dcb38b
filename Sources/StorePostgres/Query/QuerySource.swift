import BulkModel
import Engine
import Planning

/// A query that is ready to run: a session in a read-only transaction, and the COPY that gives its rows.
///
/// All here blocks; used on its query's queue only.
struct QuerySource {
    let session: Session
    let columns: [String]
    let copySQL: String

    /// A caller's statement, in the role's session.
    init(_ sql: String, in sandbox: QuerySandbox, format: ContentFormat, stop: QueryStop) throws(StoreError) {
        let session = try Self.connect(sandbox)
        do {
            let milliseconds = stop.millisecondsLeft
            try session.run(QueryStatements.enter(sandbox.name, milliseconds: milliseconds))
            let names = QueryColumns.distinct(try session.describeQuery(sql))
            do { try session.run(QueryStatements.createQuery(sql, columns: names, in: sandbox.name)) } catch {
                // It is a statement with columns, but none that a view can be made of: SHOW, EXPLAIN, INSERT … RETURNING.
                throw error.state == "42601" ? Self.noSelect : error.queryError()
            }
            try QueryGuard.check(session, in: sandbox.name)
            let view = QueryStatements.queryView(sandbox.name)
            let measure = try Self.measure(view, session)
            try session.run(QueryStatements.beginReading(milliseconds: milliseconds))
            self.session = session
            columns = names
            copySQL = Self.copy(
                from: view, tenant: nil, measure: measure.condition, order: "",
                format: format)
        } catch {
            throw ServerFailure.storeError(error)
        }
    }

    /// All rows of a table that are the tenant's, in key order, by our own user and our own statement.
    init(
        _ table: PostgresTable, for request: QueryRequest, settings: ConnectionSettings, stop: QueryStop
    ) throws(StoreError) {
        do {
            let session = try Session.connect(settings)
            try session.run(QueryStatements.waitForLocks)
            try session.run(QueryStatements.beginReading(milliseconds: stop.millisecondsLeft))
            let measure = try Self.measure(table.sqlName, session)
            let key = table.description.primaryKey.map(QuerySQL.identifier).joined(separator: ", ")
            self.session = session
            columns = measure.columns.map(\.name)
            copySQL = Self.copy(
                from: table.sqlName, tenant: QuerySandbox.condition(on: table, for: request),
                measure: measure.condition, order: key.isEmpty ? "" : " ORDER BY \(key)",
                format: request.format)
        } catch {
            throw ServerFailure.storeError(error)
        }
    }

    private static let noSelect = StoreError(.queryRefused, "only a SELECT is taken")

    private static func connect(_ sandbox: QuerySandbox) throws(StoreError) -> Session {
        do throws(ServerFailure) { return try Session.connect(sandbox.settings) } catch {
            guard error.state.hasPrefix("28") else { throw error.storeError }
            throw StoreError(
                .queryRefused,
                "queries with SQL are not set up on this server (whole tables can be exported); its operator must let "
                    + "the roles breakbulk_q* of this database log in: in pg_hba.conf, a line for all users with "
                    + "scram-sha-256")
        }
    }

    private static func measure(_ relation: String, _ session: Session) throws(ServerFailure) -> RowMeasure {
        let rows = try session.execute(QueryStatements.columns, [.text(relation)])
        return RowMeasure(
            (0..<rows.count).map { row in
                RowMeasure.Column(
                    name: rows.text(row, 0) ?? "", type: rows.text(row, 1) ?? "",
                    length: rows.integer(row, 2) ?? -1, modifier: rows.integer(row, 3) ?? -1)
            })
    }

    /// JSON comes as CSV too, of one column, whose quotes and delimiter are bytes that JSON never holds: so a row is
    /// ready as it comes, with no backslash doubled.
    private static func copy(
        from relation: String, tenant: String?, measure: String?, order: String, format: ContentFormat
    ) -> String {
        let row = "\"breakbulk row\""
        let filter =
            switch (tenant, measure) {
            case (nil, nil): ""
            case (nil, let measure?): " WHERE \(measure)"
            case (let tenant?, nil): " WHERE \(tenant)"
            // Another tenant's row must not make the measure fail, and conditions have no order.
            case (let tenant?, let measure?): " WHERE \(tenant) AND CASE WHEN \(tenant) THEN \(measure) END"
            }
        let columns = format == .csv ? "*" : "row_to_json(\(row))"
        let options = format == .csv ? "" : ", QUOTE E'\\x01', DELIMITER E'\\x02'"
        return "COPY (SELECT \(columns) FROM \(relation) AS \(row)\(filter)\(order)) TO STDOUT "
            + "WITH (FORMAT csv\(options))"
    }
}
