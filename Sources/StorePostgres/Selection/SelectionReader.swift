import BulkModel
import Engine
import Planning

/// Finds the records of a selection's chunk, with what the rules judge them by.
struct SelectionReader {
    let chunk: SelectionChunk
    let table: PostgresTable
    let session: Session

    /// What a chunk has to do with.
    struct Found {
        var records: [SelectedRecord]
        /// Nothing is behind them.
        var isLast: Bool
    }

    /// At most `recordsMax` records, fewer only at the selection's end.
    func read(_ recordsMax: Int) throws -> Found {
        let sql = SelectionSQL(RecordScope(chunk.plan), table, try ComparisonTypes(table, session))
        switch chunk.plan.scope {
        case .matching(let condition):
            // Nothing existed when the selection began.
            guard let last = chunk.bound.lastKey else { return Found(records: [], isLast: true) }
            let records = try matching(condition, through: last, recordsMax, sql)
            return Found(records: records, isLast: records.count < recordsMax)
        case .listed(let ids):
            let start = min(chunk.firstRecord - 1, ids.count)
            let end = min(start + recordsMax, ids.count)
            let listed = ListedRecords(sql: sql, session: session, keys: Array(ids[start..<end]))
            let records = try listed.look(at: chunk.now) { chunk.plan.mayExist($0) }
            return Found(records: records, isLast: end == ids.count)
        }
    }

    private func matching(
        _ condition: Condition, through last: RecordKey, _ recordsMax: Int, _ sql: SelectionSQL
    ) throws -> [SelectedRecord] {
        var sql = sql
        let standing = sql.standing(now: chunk.now)
        let filter = sql.matching(condition, after: chunk.after, through: last)
        let limit = sql.bind(.integer(recordsMax))
        let rows = try session.execute(
            """
            SELECT \(sql.key)::text, \(standing) FROM \(table.sqlName) AS t WHERE \(filter)
            ORDER BY \(sql.key) LIMIT \(limit)
            """, sql.parameters.values)
        return (0..<rows.count).map { sql.record(rows, $0) }
    }
}

extension ColumnDescription {
    /// The column's value in a row, where it is the key; its text came as `::text`.
    func recordKey(_ rows: Rows, _ row: Int, _ place: Int) -> RecordKey {
        if case .integer = type, let number = rows.integer(row, place) { return .integer(Int64(number)) }
        return .text(rows.text(row, place) ?? "")
    }
}
