import Planning

/// SQL of an update by join with the staging table.
struct UpdateStatement {
    let target: ChunkTarget
    let staging: StagingTable
    var rows = StagedRows.all
    /// Rows are written even if they look the same.
    var isForced = false

    /// Columns that are set: all but the key's that some record brings.
    private var places: [Int] { brought.filter { !isFixed($0) } }

    /// Columns whose values the database makes always: no update may set them.
    private var fixed: [Int] { brought.filter { isFixed($0) } }

    private var brought: [Int] {
        target.columns.indices.filter { place in
            let column = target.columns[place]
            return !column.isKey && !column.isForNewOnly && staging.shape.presences[place] != .none
        }
    }

    private func isFixed(_ place: Int) -> Bool {
        target.table.alwaysIdentityColumns.contains(target.columns[place].column.name)
    }

    /// Names of the fixed columns, and SQL of the records that bring another value for one; nil when there
    /// are none.
    var findFixed: (names: [String], sql: String)? {
        guard !fixed.isEmpty else { return nil }
        let sql = """
            SELECT s.\(StagingTable.record) FROM \(rows.sql),
                \(target.table.sqlName) AS t WHERE \(target.ownRow) AND (\(differ(fixed)))
            """
        return (fixed.map { target.columns[$0].column.name }, sql)
    }

    /// Changes rows that differ, or all of them, and gives their records; nil when the records bring nothing to set.
    var update: String? {
        guard !places.isEmpty else { return nil }
        let set = places.map { "\(name($0)) = \(value($0))" }.joined(separator: ", ")
        return """
            UPDATE \(target.table.sqlName) AS t SET \(set) FROM \(rows.sql)
            WHERE \(target.ownRow)\(isForced ? "" : " AND (\(differs))") RETURNING s.\(StagingTable.record)
            """
    }

    /// Records whose row is there, and whether it still differs.
    var find: String {
        """
        SELECT s.\(StagingTable.record), \(places.isEmpty ? "false" : "(\(differs))")
        FROM \(rows.sql), \(target.table.sqlName) AS t WHERE \(target.ownRow)
        """
    }

    /// The rows as they would be, with the places that they have now: for looking at records before they are written.
    /// What the database computes is NULL, since it is yet to be.
    var image: String {
        let values = target.table.description.columns.map { column in
            let name = SQLText.quoted(column.name)
            if column.isGenerated { return "NULL::\(target.type(of: column.name)) AS \(name)" }
            guard let place = places.first(where: { target.columns[$0].column.name == column.name }) else {
                return "t.\(name)"
            }
            return "\(value(place)) AS \(name)"
        }
        return """
            (SELECT s.\(StagingTable.record), t.tableoid AS "_breakbulk_table", t.ctid AS "_breakbulk_place",
                \(values.joined(separator: ", "))
            FROM \(StagingTable.name) AS s JOIN \(target.table.sqlName) AS t ON \(target.ownRow))
            """
    }

    /// The time of a change is no difference itself.
    private var differs: String {
        let compared = places.filter { !target.columns[$0].isChangeTime }
        return compared.isEmpty ? "false" : differ(compared)
    }

    private func differ(_ places: [Int]) -> String {
        places.map { place in
            let cast =
                target.table.incomparableColumns.contains(target.columns[place].column.name) ? "::text" : ""
            let test = "t.\(name(place))\(cast) IS DISTINCT FROM s.\(name(place))\(cast)"
            return staging.isPartial(place) ? "(NOT \(staging.isAbsent(place)) AND \(test))" : test
        }.joined(separator: " OR ")
    }

    private func value(_ place: Int) -> String {
        guard staging.isPartial(place) else { return "s.\(name(place))" }
        return "CASE WHEN \(staging.isAbsent(place)) THEN t.\(name(place)) ELSE s.\(name(place)) END"
    }

    private func name(_ place: Int) -> String { SQLText.quoted(target.columns[place].column.name) }
}
