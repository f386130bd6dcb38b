/// SQL that gives one text, which is another one after any change of what `CatalogStatements` read, by
/// whomever.
///
/// Counts of rows, and sums rather than maxima of their transaction ids: a long transaction may commit behind
/// a younger one. Rows of temporary tables do not count, since they come and go with each chunk.
enum CatalogFingerprint {
    /// Of all tables. From 16384 on oids are of what users made (`FirstNormalObjectId`): the system's rows
    /// are not read.
    static let all = joined([
        mark(
            "pg_namespace AS x WHERE nspname !~ '^pg_(toast_)?temp_'"
        ),
        mark("pg_class AS x WHERE oid >= 16384 AND relkind IN ('r', 'p', 'I') AND relpersistence <> 't'"),
        mark("pg_attribute AS x \(lasting("attrelid")) AND c.relkind IN ('r', 'p') AND attnum > 0"),
        mark("pg_attrdef AS x \(lasting("adrelid"))"),
        mark("pg_constraint AS x \(lasting("conrelid"))"),
        mark("pg_index AS x \(lasting("indrelid"))"),
        mark("pg_trigger AS x \(lasting("tgrelid"))"),
        mark("pg_enum AS x"),
        mark("pg_type AS x WHERE oid >= 16384 AND typtype IN ('d', 'e')"),
        mark("pg_auth_members AS x"),
    ])

    /// Of one table, by its oid: quick however many there are. What other tables say of it (`referringKeys`)
    /// is left out.
    static let table = joined([
        "pg_catalog.pg_table_is_visible($1::bigint::oid)", mark("pg_class AS x WHERE oid = $1::bigint::oid"),
        mark("pg_attribute AS x WHERE attrelid = $1::bigint::oid AND attnum > 0"),
        mark("pg_attrdef AS x WHERE adrelid = $1::bigint::oid"),
        mark("pg_constraint AS x WHERE conrelid = $1::bigint::oid"),
        mark("pg_index AS x WHERE indrelid IN (\(partitions))"),
        mark("pg_trigger AS x WHERE tgrelid IN (\(partitions))"),
        mark("pg_enum AS x WHERE enumtypid IN (\(columnTypes))"),
        mark("pg_type AS x WHERE oid IN (\(columnTypes))"),
    ])

    private static let columnTypes =
        "SELECT atttypid FROM pg_catalog.pg_attribute WHERE attrelid = $1::bigint::oid AND attnum > 0"

    /// The table itself among them.
    private static let partitions =
        "SELECT $1::bigint::oid UNION SELECT relid FROM pg_catalog.pg_partition_tree($1::bigint::oid)"

    private static func joined(_ marks: [String]) -> String {
        "SELECT concat_ws(' ', " + marks.joined(separator: ", ") + ")"
    }

    private static func mark(_ rows: String) -> String {
        "(SELECT concat_ws('.', count(*), sum(x.xmin::text::bigint)) FROM pg_catalog.\(rows))"
    }

    private static func lasting(_ relation: String) -> String {
        "JOIN pg_catalog.pg_class AS c ON c.oid = \(relation) "
            + "WHERE \(relation) >= 16384 AND c.relpersistence <> 't'"
    }
}
