import BulkModel
package import Engine
import GRDB
package import Planning

extension SQLiteStore {
    package func survey(
        _ selection: SelectionPlan, after: RecordKey?, within bound: SelectionBound?
    ) async throws(StoreError) -> SelectionSurvey {
        guard case .matching(let condition) = selection.scope else {
            return SelectionSurvey(
                recordCount: Self.listedCount(selection, after: after),
                bound: bound ?? SelectionBound(lastKey: nil))
        }
        return try await read { db in
            guard let connection = db.sqliteConnection else {
                throw StoreError(.failed, "the store is closed")
            }
            let sql = SelectionSQL(selection)
            let end = try bound ?? Self.end(of: selection, sql, on: connection, db)
            guard end.lastKey != nil else { return SelectionSurvey(recordCount: 0, bound: end) }
            // The end is as of this very snapshot: asking for what lies before it would only cost time.
            let count = sql.count(condition, after: after, within: bound)
            let records = try PreparedStatement.number(count, on: connection)
            return SelectionSurvey(recordCount: Int(records), bound: end)
        }
    }

    package func apply(_ chunk: SelectionChunk) async throws(StoreError) -> AppliedChunk {
        // The outcomes are told as soon as this returns, so they must last.
        try await applyChunk(durably: true) { [chunkWriter] db in try chunkWriter.apply(chunk, on: db) }
    }

    /// Listed ids that come behind `after`.
    private static func listedCount(_ selection: SelectionPlan, after: RecordKey?) -> Int {
        guard case .listed(let ids) = selection.scope else { return 0 }
        guard let after, let place = ids.firstIndex(of: after) else { return ids.count }
        return ids.count - place - 1
    }

    private static func end(
        of selection: SelectionPlan, _ sql: SelectionSQL, on connection: OpaquePointer, _ db: Database
    ) throws -> SelectionBound {
        let key = try Self.key(sql.lastKey, on: connection)
        try check(Self.key(sql.firstKey, on: connection), key)
        guard key != nil, let lastRow = sql.lastRow, try hasRowNumbers(selection.write.table.name, db) else {
            return SelectionBound(lastKey: key)
        }
        return SelectionBound(lastKey: key, lastRow: try PreparedStatement.number(lastRow, on: connection))
    }

    /// The key that the query gives.
    private static func key(_ query: SQLFragment, on connection: OpaquePointer) throws -> RecordKey? {
        let statement = try PreparedStatement(query.sql, on: connection)
        statement.bind(query.values)
        defer { statement.reset() }
        return try statement.nextRow() ? statement.key(at: 0) : nil
    }

    /// Numbers come before texts in SQLite's order ("Datatypes In SQLite", 4.1), but a number that was read as text would not.
    private static func check(_ first: RecordKey?, _ last: RecordKey?) throws {
        if case .integer? = first, case .text? = last {
            throw PreparedStatement.refused("numbers and texts")
        }
    }

    /// False for tables declared WITHOUT ROWID.
    private static func hasRowNumbers(_ table: String, _ db: Database) throws -> Bool {
        let isWithout = try Bool.fetchOne(
            db, sql: "SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ?", arguments: [table]
        )
        return isWithout == false
    }
}
