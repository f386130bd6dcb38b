import Engine
import Planning

/// The types that values are given to be compared with columns.
///
/// The type below any domain and without a length: a cast to `varchar(3)` would cut a longer text until it fits, and so find
/// records that do not have it.
struct ComparisonTypes {
    private struct Known {
        /// In SQL; keywords are quoted.
        let name: String
        /// Its plain name, where PostgreSQL brings it.
        let builtIn: String?
        /// False for arrays, which have no arrays of their own.
        let hasArrays: Bool
    }

    private let types: [String: Known]

    init(_ table: PostgresTable, _ session: Session) throws(ServerFailure) {
        let rows = try session.execute(Self.statement, [.integer(table.oid)])
        types = Dictionary(
            (0..<rows.count).map { row in
                let type = Known(
                    name: rows.text(row, 1) ?? "text", builtIn: rows.text(row, 2),
                    hasArrays: rows.flag(row, 3))
                return (rows.text(row, 0) ?? "", type)
            }, uniquingKeysWith: { first, _ in first })
    }

    /// SQL of the column's value where it is compared; `t` is the table.
    func value(of column: ColumnDescription) -> String {
        let name = "t.\(SQLText.quoted(column.name))"
        return known(column) == nil ? name + "::text" : name
    }

    /// SQL of a parameter, or of a text, as the column's values are compared with it.
    func operand(_ parameter: String, for column: ColumnDescription) -> String {
        cast(parameter, for: column, suffix: "")
    }

    /// SQL of a parameter that is an array, as an array of what the column's values are compared with; nil where there are
    /// none such.
    func operands(_ parameter: String, for column: ColumnDescription) -> String? {
        guard known(column)?.hasArrays != false else { return nil }
        return cast(parameter, for: column, suffix: "[]")
    }

    /// Whole numbers are compared as the largest of their kind, so that none is too large.
    private func type(of column: ColumnDescription) -> String {
        if case .integer = column.type { return "pg_catalog.int8" }
        return known(column)?.name ?? "text"
    }

    /// Nil where texts are compared.
    private func known(_ column: ColumnDescription) -> Known? {
        types[column.name].flatMap { Self.incomparable.contains($0.builtIn ?? "") ? nil : $0 }
    }

    /// A timestamp without time zone ignores the offset in its text ("Time Stamps", 8.5.1.3); by way of one with time zone it
    /// becomes the same moment in the session's zone, which is UTC.
    private func cast(_ value: String, for column: ColumnDescription, suffix: String) -> String {
        let type = type(of: column)
        guard let zoned = known(column)?.builtIn.flatMap({ Self.zoned[$0] }) else {
            return "\(value)::\(type)\(suffix)"
        }
        return "(\(value)::\(zoned)\(suffix))::\(type)\(suffix)"
    }

    private static let zoned = [
        "timestamp": "pg_catalog.timestamptz", "_timestamp": "pg_catalog._timestamptz",
    ]

    /// Types without an order or even an equality: their texts are compared.
    private static let incomparable: Set = [
        "json", "xml", "point", "line", "lseg", "box", "path", "polygon", "circle",
    ]

    private static let statement = """
        WITH RECURSIVE walk (name, type) AS (
            SELECT attname, atttypid FROM pg_catalog.pg_attribute
            WHERE attrelid = $1::bigint::oid AND attnum > 0 AND NOT attisdropped
            UNION ALL
            SELECT w.name, t.typbasetype
            FROM walk AS w JOIN pg_catalog.pg_type AS t ON t.oid = w.type AND t.typtype = 'd')
        SELECT w.name, pg_catalog.format('%I.%I', n.nspname, t.typname),
            CASE WHEN n.nspname = 'pg_catalog' THEN t.typname END, t.typarray <> 0
        FROM walk AS w JOIN pg_catalog.pg_type AS t ON t.oid = w.type AND t.typtype <> 'd'
        JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
        """
}
