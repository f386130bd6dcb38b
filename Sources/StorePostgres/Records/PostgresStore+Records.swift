import BulkModel
package import Engine
package import Planning

extension PostgresStore: RecordStore {
    package func transact<Value: Sendable>(
        _ body: @escaping @Sendable (any RecordSession) throws(StoreError) -> RecordWork<Value>
    ) async throws(StoreError) -> Value {
        let transaction = RecordTransaction(catalog: catalog, lockWaitMax: limits.lockWaitMax)
        return try await pool.with { session in try transaction.run(session, body) }
    }

    package func records(_ query: RecordQuery) async throws(StoreError) -> RowSet {
        try await pool.with { [catalog] session in
            let table = try catalog.table(query.target.table.name, session)
            let types = try ComparisonTypes(table, session)
            let reader = RowSetReader(columns: query.target.table.columns, first: 0)
            var page = RecordPageSQL(query, table, types)
            let statement = page.statement(reader.select)
            do {
                let rows = try session.execute(statement, page.parameters)
                return try reader.rowSet(rows, indices: Array(0..<rows.count))
            } catch {
                guard let failure = error as? ServerFailure else { throw error }
                throw try FilterTrial(types: types, session: session).cause(of: failure, page.terms)
            }
        }
    }
}
