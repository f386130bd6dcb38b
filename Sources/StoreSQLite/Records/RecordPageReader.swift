import Engine
import Planning

/// Reads one page of a list.
struct RecordPageReader {
    private let query: RecordQuery

    init(_ query: RecordQuery) throws(StoreError) {
        guard query.after.map({ $0.count == query.order.count }) ?? true else {
            throw StoreError(.failed, "a place in a list must have a value for each column of its order")
        }
        self.query = query
    }

    func rows(on connection: OpaquePointer) throws(StoreError) -> RowSet {
        let page = RowSQL(OwnRows(query.target)).page(query)
        let statement = try PreparedStatement(page.sql, on: connection)
        statement.bind(page.values)
        defer { statement.reset() }
        var builder = RowSetBuilder(columns: query.target.table.columns)
        while try statement.nextRow() { builder.append(statement, index: builder.rowCount) }
        return builder.rowSet
    }
}
