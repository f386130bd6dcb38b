import BulkModel
import Engine
import Planning

/// Finds listed records: one answer for each id, in the list's order.
struct ListedRecords {
    let reader: SelectionReader
    let sql: SelectionSQL

    private var session: Session { reader.session }

    func read(_ ids: [RecordKey]) throws -> [SelectedRecord] {
        var records = ids.map { SelectedRecord(key: $0, exists: false) }
        // What is none of the key's type is no record's id, and no reason to refuse the others.
        let places = ids.indices.filter { reader.chunk.plan.mayExist(ids[$0]) }
        guard !places.isEmpty else { return records }
        if case .success = try look(for: places, ids, &records) { return records }
        let fitting = try fitting(places[...], ids)
        guard !fitting.isEmpty else { return records }
        _ = try look(for: fitting, ids, &records).get()
        return records
    }

    /// A failure when an id is none of the key's type.
    private func look(
        for places: [Int], _ ids: [RecordKey], _ records: inout [SelectedRecord]
    ) throws -> Result<Void, ServerFailure> {
        var sql = sql
        let list = self.sql.keys(sql.bind(.texts(places.map { ids[$0].text })))
        let standing = sql.standing(now: reader.chunk.now)
        let conditions = (["\(sql.key) = wanted.key"] + sql.own()).joined(separator: " AND ")
        // The list is hidden from the planner, which would rather read the whole table than look for so many.
        let statement = """
            SELECT \(sql.key)::text, \(standing), wanted.place
            FROM unnest((SELECT \(list))) WITH ORDINALITY AS wanted (key, place)
            JOIN \(reader.table.sqlName) AS t ON \(conditions)
            """
        let result = try session.attempt { try session.execute(statement, sql.parameters.values) }
        guard case .success(let rows) = result else { return result.map { _ in } }
        for row in 0..<rows.count {
            guard let place = rows.integer(row, 4) else { continue }
            records[places[place - 1]] = reader.record(rows, row)
        }
        return .success(())
    }

    /// The places of ids that the key's type takes, found by halves.
    private func fitting(_ places: ArraySlice<Int>, _ ids: [RecordKey]) throws -> [Int] {
        let result = try session.attempt {
            _ = try session.execute(
                "SELECT cardinality(\(sql.keys("$1")))", [.texts(places.map { ids[$0].text })])
        }
        if case .success = result { return Array(places) }
        guard places.count > 1 else { return [] }
        let middle = places.startIndex + places.count / 2
        return try fitting(places[..<middle], ids) + fitting(places[middle...], ids)
    }
}
