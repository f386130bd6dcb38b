import BulkModel
import Engine
import Planning

/// Finds runs of records of one key whose effect is that of their first and their last.
///
/// Each write of a row makes a version, and finding the row walks past all versions of the transaction: a key that comes
/// a thousand times would take a million steps. Between the first record of a run and its last nothing can be refused:
/// what indexes, references and unseen conditions look at stays the same, and all other conditions are looked at here.
struct KeyFolding {
    let target: ChunkTarget
    let staging: StagingTable

    /// Nil when somebody may notice the versions in between, or the database does not say.
    func chains() throws -> [KeyChain]? {
        guard let watched = try watchedColumns() else { return nil }
        guard let rows = try target.session.look(sql(watched), []) else { return nil }
        var chains: [KeyChain] = []
        var chain = KeyChain()
        for row in 0..<rows.count {
            if rows.flag(row, 1) {
                if !chain.isEmpty { chains.append(chain) }
                chain = KeyChain()
            }
            let entry = KeyChain.Folded(record: rows.integer(row, 0) ?? 0, differs: rows.flag(row, 3))
            chain.add(entry, isLikeLast: rows.flag(row, 2))
        }
        if !chain.isEmpty { chains.append(chain) }
        return chains
    }

    /// Columns that indexes, references or conditions look at; nil when triggers, rules, policies, partitions or computed
    /// columns look at rows too.
    private func watchedColumns() throws -> Set<String>? {
        let table = target.table
        guard !table.needsFileOrder, !table.isPartitioned, !table.hasRowSecurity,
            !table.description.columns.contains(where: \.isGenerated),
            let rows = try target.session.look(Self.watchers, [.integer(table.oid)]),
            rows.count > 0, !rows.flag(0, 0)
        else { return nil }
        var watched = table.alwaysIdentityColumns
        for row in 0..<rows.count { if let name = rows.text(row, 1) { watched.insert(name) } }
        for key in table.foreignKeys { watched.formUnion(key.columns) }
        for check in table.checks where !isSeen(check) { watched.formUnion(columns(of: check)) }
        return watched
    }

    /// Whether triggers of statements or rules watch the table, and a column that an index looks at in each row.
    private static let watchers = """
        SELECT c.relhasrules OR EXISTS (
            SELECT FROM pg_catalog.pg_trigger AS t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal), a.attname
        FROM pg_catalog.pg_class AS c LEFT JOIN pg_catalog.pg_attribute AS a
            ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND EXISTS (
                SELECT FROM pg_catalog.pg_index AS i
                WHERE i.indrelid = c.oid AND (a.attnum = ANY (i.indkey) OR EXISTS (
                    SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = i.indexrelid
                        AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = c.oid
                        AND d.refobjsubid IN (0, a.attnum))))
        WHERE c.oid = $1::bigint::oid
        """

    /// True when the staging table has, for every record, all columns that the condition may name.
    private func isSeen(_ check: PostgresTable.CheckConstraint) -> Bool {
        columns(of: check).allSatisfy { name in
            guard let place = target.place(of: name) else { return false }
            return staging.shape.presences[place] == .all
        }
    }

    /// Columns that the condition may name: all of them for one over whole rows.
    private func columns(of check: PostgresTable.CheckConstraint) -> [String] {
        let names = target.table.description.columns.map(\.name)
        if check.expression.contains(".*") { return names }
        return names.filter { check.expression.contains($0) || check.expression.contains(SQLText.quoted($0)) }
    }

    /// Records of keys that come more than once, each key's in file order: whether it is the key's first, whether it is
    /// of one run with the one before it, and whether it changes what that left.
    private func sql(_ watched: Set<String>) -> String {
        let key = target.keyColumns.map { SQLText.quoted(target.columns[$0].column.name) }
            .joined(separator: ", ")
        let isDelete = target.plan.operation == .delete
        let brought = target.columns.indices.filter {
            !isDelete && !target.columns[$0].isKey && staging.holds($0)
        }
        let same =
            brought.filter { watched.contains(target.columns[$0].column.name) }.map(shown)
            + (isDelete ? [] : staging.absenceColumn.map { [$0] } ?? [])
        let likes =
            ["\"_breakbulk_good\"", "lag(\"_breakbulk_good\") OVER w"]
            + same.map { "\($0) IS NOT DISTINCT FROM lag(\($0)) OVER w" }
        let differs = brought.filter { !target.columns[$0].isForNewOnly }.map(shown).map {
            "\($0) IS DISTINCT FROM lag(\($0)) OVER w"
        }
        return """
            SELECT \(StagingTable.record), row_number() OVER w = 1, \(likes.joined(separator: " AND ")),
                \(differs.isEmpty ? "false" : differs.joined(separator: " OR "))
            FROM (SELECT *, (\(isDelete ? "true" : good(brought))) AS "_breakbulk_good" FROM \(StagingTable.name) AS s
                WHERE (\(key)) IN (SELECT \(key) FROM \(StagingTable.name) GROUP BY \(key) HAVING count(*) > 1)) AS s
            WINDOW w AS (PARTITION BY \(key) ORDER BY \(StagingTable.record))
            ORDER BY \(key), \(StagingTable.record)
            """
    }

    /// True of records that no condition refuses.
    private func good(_ brought: [Int]) -> String {
        let needed = brought.filter { !target.columns[$0].column.isNullable }.map { place in
            let isThere = "\(name(place)) IS NOT NULL"
            return staging.isPartial(place) ? "(\(staging.isAbsent(place)) OR \(isThere))" : isThere
        }
        let checks = target.table.checks.filter(isSeen).map { "(\($0.expression)) IS NOT FALSE" }
        return (["true"] + needed + checks).joined(separator: " AND ")
    }

    private func name(_ place: Int) -> String { SQLText.quoted(target.columns[place].column.name) }

    /// The column, as something that can be compared.
    private func shown(_ place: Int) -> String {
        target.table.incomparableColumns.contains(target.columns[place].column.name)
            ? "\(name(place))::text" : name(place)
    }
}
