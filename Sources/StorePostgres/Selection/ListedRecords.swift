import BulkModel
import Engine
import Planning

/// Finds listed records, all in one round trip.
struct ListedRecords {
    let sql: SelectionSQL
    let session: Session
    let keys: [RecordKey]

    /// Rows that were found.
    struct Found {
        let rows: Rows
        /// Which of the keys the rows' first columns speak of, from 1.
        let places: [Int]

        /// Which of the keys the row is of, from 0.
        func index(_ row: Int) -> Int { places[(rows.integer(row, 0) ?? 1) - 1] }
    }

    /// How each record stands: one answer for each key, in their order. `mayExist` says which to look for at all.
    func look(at now: Timestamp, where mayExist: (RecordKey) -> Bool) throws -> [SelectedRecord] {
        var records = keys.map { SelectedRecord(key: $0, exists: false) }
        // What is none of the key's type is no record's id, and no reason to refuse the others.
        let candidates = keys.indices.filter { mayExist(keys[$0]) }
        let select = { (sql: inout SelectionSQL) in "\(sql.key)::text, \(sql.standing(now: now))" }
        guard let found = try find(candidates, select) else { return records }
        for row in 0..<found.rows.count {
            records[found.index(row)] = sql.record(found.rows, row, from: 1)
        }
        return records
    }

    /// Rows in the keys' order: the key's place, then what `select` asks for; nil when there is nothing to look for.
    func find(_ candidates: [Int], _ select: (inout SelectionSQL) -> String) throws -> Found? {
        let storable = candidates.filter { !keys[$0].text.utf8.contains(0) }
        guard !storable.isEmpty else { return nil }
        let result = try session.attempt { try self.rows(storable, select) }
        if case .success(let rows) = result { return Found(rows: rows, places: storable) }
        let fitting = try fitting(storable[...])
        guard !fitting.isEmpty else { return nil }
        return Found(rows: try rows(fitting, select), places: fitting)
    }

    /// Throws a data exception when a key is none of its column's type.
    private func rows(_ places: [Int], _ select: (inout SelectionSQL) -> String) throws -> Rows {
        var sql = sql
        let list = self.sql.keys(sql.bind(.texts(places.map { keys[$0].text })))
        let columns = select(&sql)
        let conditions = (["\(sql.key) = wanted.key"] + sql.own()).joined(separator: " AND ")
        // The list is hidden from the planner, which would rather read the whole table than look for so many.
        return try session.execute(
            """
            SELECT wanted.place, \(columns)
            FROM unnest((SELECT \(list))) WITH ORDINALITY AS wanted (key, place)
            JOIN \(sql.table.sqlName) AS t ON \(conditions)
            ORDER BY wanted.place
            """, sql.parameters.values)
    }

    /// The places of keys that the column's type takes, found by halves.
    private func fitting(_ places: ArraySlice<Int>) throws -> [Int] {
        let result = try session.attempt {
            _ = try session.execute(
                "SELECT cardinality(\(sql.keys("$1")))", [.texts(places.map { keys[$0].text })])
        }
        if case .success = result { return Array(places) }
        guard places.count > 1 else { return [] }
        let middle = places.startIndex + places.count / 2
        return try fitting(places[..<middle]) + fitting(places[middle...])
    }
}
