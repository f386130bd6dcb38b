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
            return try RecordPageReader(query: query, table: table, types: types, session: session).rows()
        }
    }
}
