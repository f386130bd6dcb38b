import Engine
import Planning

/// Reads one page of a list.
struct RecordPageReader {
    let query: RecordQuery
    let table: PostgresTable
    let types: ComparisonTypes
    let session: Session

    /// Throws `selectionRefused` where the server refuses what the caller compares with.
    func rows() throws -> RowSet {
        do { return try read() } catch let failure as ServerFailure {
            throw try cause(of: failure)
        }
    }

    /// As `rows`, within a transaction, which goes on afterwards.
    func rowsInTransaction() throws -> RowSet {
        do {
            return try session.attempt { try read() }.get()
        } catch let failure as ServerFailure {
            // In a savepoint of its own: a term that is refused once more breaks the transaction again.
            return try session.attempt { () throws -> RowSet in throw try cause(of: failure) }.get()
        }
    }

    private func read() throws -> RowSet {
        let reader = RowSetReader(columns: query.target.table.columns, first: 0)
        var page = RecordPageSQL(query, table, types)
        let statement = page.statement(reader.select)
        let rows = try session.execute(statement, page.parameters)
        return try reader.rowSet(rows, indices: Array(0..<rows.count))
    }

    private func cause(of failure: ServerFailure) throws -> any Error {
        let terms = RecordPageSQL(query, table, types).terms
        return try FilterTrial(types: types, session: session).cause(of: failure, terms)
    }
}
