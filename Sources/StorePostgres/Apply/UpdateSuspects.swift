import Engine
import Planning

/// Records of an update that a constraint will probably refuse, found by a few statements over all of them.
///
/// A suspicion and no judgement: what another record of the chunk does may clear one, and triggers may change it.
struct UpdateSuspects {
    let target: ChunkTarget
    let statement: UpdateStatement

    func find() throws -> Set<Int> {
        var suspects = try broken()
        for index in target.table.uniqueIndexes { try suspects.formUnion(twice(index)) }
        for key in target.table.foreignKeys { try suspects.formUnion(orphans(key)) }
        return suspects
    }

    private func broken() throws -> Set<Int> {
        let columns = target.table.description.columns.filter { !$0.isNullable && !$0.isGenerated }
        let tests =
            columns.map { "\(SQLText.quoted($0.name)) IS NULL" }
            + target.table.checks.map { "(\($0.expression)) IS FALSE" }
        guard !tests.isEmpty else { return [] }
        return try records("\(statement.image) AS image WHERE \(tests.joined(separator: " OR "))")
    }

    /// Those whose key in the index another row has, or a record before them.
    private func twice(_ index: PostgresTable.UniqueIndex) throws -> Set<Int> {
        let parts = index.expressions.enumerated().map { "(\($1)) AS \(Self.part($0))" }
        let list = index.expressions.indices.map(Self.part).joined(separator: ", ")
        let same = index.expressions.enumerated().map { "(\($1)) = k.\(Self.part($0))" }
        let given = index.expressions.indices.map { "k.\(Self.part($0)) IS NOT NULL" }.joined(
            separator: " AND ")
        let condition = index.predicate.map { "(\($0))" } ?? "true"
        return try records(
            """
            (SELECT \(StagingTable.record), "_breakbulk_table", "_breakbulk_place", \(list),
                row_number() OVER (PARTITION BY \(list) ORDER BY \(StagingTable.record)) AS "_breakbulk_twin"
            FROM (SELECT \(StagingTable.record), "_breakbulk_table", "_breakbulk_place",
                \(parts.joined(separator: ", ")) FROM \(statement.image) AS image WHERE \(condition)) AS parts) AS k
            WHERE \(given) AND ("_breakbulk_twin" > 1 OR EXISTS (
                SELECT FROM \(target.table.sqlName) AS other WHERE \(same.joined(separator: " AND ")) AND \(condition)
                AND (other.tableoid, other.ctid) <> (k."_breakbulk_table", k."_breakbulk_place")))
            """)
    }

    private func orphans(_ key: PostgresTable.ForeignKeyConstraint) throws -> Set<Int> {
        let names = key.columns.map { SQLText.quoted($0) }
        let given = names.map { "i.\($0) IS NOT NULL" }.joined(separator: " AND ")
        let same = zip(key.parentColumns, names).map { "p.\(SQLText.quoted($0)) = i.\($1)" }
        return try records(
            """
            \(statement.image) AS i WHERE \(given)
            AND NOT EXISTS (SELECT FROM \(key.parentTable) AS p WHERE \(same.joined(separator: " AND ")))
            """)
    }

    private static func part(_ place: Int) -> String { "\"_breakbulk_key_\(place)\"" }

    private func records(_ from: String) throws -> Set<Int> {
        guard let rows = try target.session.look("SELECT \(StagingTable.record) FROM \(from)", []) else {
            return []
        }
        return Set((0..<rows.count).compactMap { rows.integer($0, 0) })
    }
}
