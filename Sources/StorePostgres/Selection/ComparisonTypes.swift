import Engine
import Planning

/// The types that values are given to be compared with columns.
///
/// The type below any domain and without a length: a cast to `varchar(3)` would cut a longer text until it fits, and so find
/// records that do not have it.
struct ComparisonTypes {
    private let types: [String: String]

    init(_ table: PostgresTable, _ session: Session) throws(ServerFailure) {
        let rows = try session.execute(Self.statement, [.integer(table.oid)])
        types = Dictionary(
            (0..<rows.count).map { (rows.text($0, 0) ?? "", rows.text($0, 1) ?? "text") },
            uniquingKeysWith: { first, _ in first })
    }

    /// Whole numbers are compared as the largest of their kind, so that none is too large.
    func type(of column: ColumnDescription) -> String {
        if case .integer = column.type { return "pg_catalog.int8" }
        guard let type = types[column.name], !Self.incomparable.contains(type) else { return "text" }
        return type
    }

    /// SQL of the column's value where it is compared; `t` is the table.
    func value(of column: ColumnDescription) -> String {
        let name = "t.\(SQLText.quoted(column.name))"
        guard let type = types[column.name], !Self.incomparable.contains(type) else { return name + "::text" }
        return name
    }

    /// Types without an order or even an equality: their texts are compared.
    private static let incomparable = Set(
        ["json", "xml", "point", "line", "lseg", "box", "path", "polygon", "circle"].map {
            "pg_catalog.\($0)"
        })

    private static let statement = """
        WITH RECURSIVE walk (name, type) AS (
            SELECT attname, atttypid FROM pg_catalog.pg_attribute
            WHERE attrelid = $1::bigint::oid AND attnum > 0 AND NOT attisdropped
            UNION ALL
            SELECT w.name, t.typbasetype
            FROM walk AS w JOIN pg_catalog.pg_type AS t ON t.oid = w.type AND t.typtype = 'd')
        SELECT w.name, pg_catalog.format('%I.%I', n.nspname, t.typname)
        FROM walk AS w JOIN pg_catalog.pg_type AS t ON t.oid = w.type AND t.typtype <> 'd'
        JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
        """
}
