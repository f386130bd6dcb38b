import BulkModel
package import Engine
package import Planning

extension PostgresStore {
    package func apply(_ chunk: SelectionChunk) async throws(StoreError) -> AppliedChunk {
        let transaction = SelectionTransaction(
            chunk: chunk, catalog: catalog, habits: habits, lockWaitMax: limits.lockWaitMax)
        return try await leasePool.with { try transaction.run($0) }
    }

    package func survey(
        _ selection: SelectionPlan, after: RecordKey?, within bound: SelectionBound?
    ) async throws(StoreError) -> SelectionSurvey {
        switch selection.scope {
        case .listed(let ids):
            let behind = after.flatMap { ids.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
            return SelectionSurvey(
                recordCount: ids.count - behind, bound: bound ?? SelectionBound(lastKey: nil))
        case .matching(let condition):
            if let bound, bound.lastKey == nil { return SelectionSurvey(recordCount: 0, bound: bound) }
            return try await pool.with { [catalog] session in
                let table = try catalog.table(selection.write.table.name, session)
                let types = try ComparisonTypes(table, session)
                let sql = SelectionSQL(RecordScope(selection), table, types)
                do { return try Self.survey(condition, sql, after: after, within: bound, session) } catch {
                    guard let failure = error as? ServerFailure else { throw error }
                    throw try FilterTrial(types: types, session: session).cause(of: failure, condition)
                }
            }
        }
    }

    /// One statement, so one snapshot, and the count's plan is what it is without the greatest key, which one look into the
    /// key's index gives; that is left out where the end is known.
    private static func survey(
        _ condition: Condition, _ sql: SelectionSQL, after: RecordKey?, within bound: SelectionBound?,
        _ session: Session
    ) throws -> SelectionSurvey {
        var sql = sql
        let filter = sql.matching(condition, after: after, through: bound?.lastKey, isPlain: true)
        let name = sql.table.sqlName
        let last = """
            (SELECT \(sql.key)::text FROM \(name) AS t WHERE \(sql.key) IS NOT NULL ORDER BY \(sql.key) DESC LIMIT 1)
            """
        let rows = try session.execute(
            "SELECT count(*), \(bound == nil ? last : "NULL") FROM \(name) AS t WHERE \(filter)",
            sql.parameters.values)
        let count = rows.integer(0, 0) ?? 0
        if let bound { return SelectionSurvey(recordCount: count, bound: bound) }
        let lastKey = rows.text(0, 1) == nil ? nil : sql.scope.key.recordKey(rows, 0, 1)
        return SelectionSurvey(recordCount: count, bound: SelectionBound(lastKey: lastKey))
    }
}
