import Engine

/// Looks over a caller's statement as the server has understood it: it may read the sandbox's views, and call functions
/// that only look at their arguments.
///
/// The role could read nothing else anyway; this keeps out what every role may do (take advisory locks, make large objects,
/// run SQL out of a text), what the operator left open to PUBLIC, and the catalog with the names of other tenants, also by
/// way of the types that turn its numbers into names.
enum QueryGuard {
    /// Throws `queryRefused` for the first thing that is forbidden; `failed` when this server keeps rules in a way that
    /// hides them from us, which the probe tells.
    static func check(_ session: Session, in schema: String) throws {
        try session.run(QueryStatements.createProbe(in: schema))
        let rows = try session.execute(QueryStatements.forbidden(in: schema))
        var probed: Set<String> = []
        var refusal: String?
        for row in 0..<rows.count {
            let name = rows.text(row, 2) ?? "of unknown name"
            if rows.flag(row, 0) {
                refusal = refusal ?? Self.refusal(of: rows.text(row, 1) ?? "", name)
            } else {
                probed.insert(name)
            }
        }
        guard probed == ["pg_backend_pid", "pg_catalog.pg_class"] else {
            throw StoreError(.failed, "queries are off: this PostgreSQL server's rules cannot be read")
        }
        if let refusal { throw StoreError(.queryRefused, refusal) }
    }

    private static func refusal(of kind: String, _ name: String) -> String {
        guard kind == "table" else { return "\(kind) \(name) may not be used in a query" }
        return
            "no such table: \(name); tables are read by their plain names, those of other schemas as \"schema.table\" in quotes"
    }
}
