import Planning

/// SQL that inserts the records of an upsert for which no row was found.
struct CreateStatement {
    let target: ChunkTarget
    let staging: StagingTable
    let made: MadeKeys?
    let rows: StagedRows

    /// Touches as many rows as records went in: one whose key another writer has put there meanwhile does
    /// not.
    var insert: String {
        let columns = InsertColumns(target: target, staging: staging, madeColumn: made?.column)
        let list = columns.pairs.map(\.name).joined(separator: ", ")
        let values = columns.pairs.map(\.value).joined(separator: ", ")
        return """
            INSERT INTO \(target.table.sqlName) (\(list)) OVERRIDING SYSTEM VALUE
            SELECT \(values) FROM \(rows.sql)\(columns.madeJoin(first: rows.parameters([]).count + 1))
            ORDER BY s.\(StagingTable.record)\(conflict)
            """
    }

    /// The same, and gives the records that went in, told by their keys: no trigger may change those.
    var insertAndFind: String {
        let key = target.keyColumns.map { SQLText.quoted(target.columns[$0].column.name) }
        let same = key.map { "inserted.\($0) = s.\($0)" }.joined(separator: " AND ")
        return """
            WITH inserted AS (\(insert) RETURNING \(key.joined(separator: ", ")))
            SELECT s.\(StagingTable.record) FROM inserted
            JOIN \(rows.sql) ON \(same)
            """
    }

    /// Records whose key is there, be it whose it may.
    var findTaken: String {
        """
        SELECT s.\(StagingTable.record) FROM \(rows.sql), \(target.table.sqlName) AS t WHERE \(target.anyRow)
        """
    }

    func parameters(_ records: [Int]) -> [Parameter] {
        rows.parameters(records) + (made?.parameters(records) ?? [])
    }

    /// The unique index behind the plan's key: those columns, or those and the tenant column.
    private var conflict: String {
        let wanted = Set(target.plan.key)
        let tenant = target.plan.tenant.map { wanted.union([$0.column]) }
        let indexes = target.table.uniqueIndexes.filter { $0.isImmediate && $0.predicate == nil }
        let index = indexes.first { Set($0.columns) == wanted } ?? indexes.first { Set($0.columns) == tenant }
        guard let index, !index.columns.isEmpty else { return "" }
        return " ON CONFLICT (\(index.columns.map { SQLText.quoted($0) }.joined(separator: ", "))) DO NOTHING"
    }
}
