import BulkModel
import Dispatch
import Engine
import GRDBSQLite
import Planning

/// A running query, read a page at a time on a queue of its own.
///
/// Invariant: everything mutable is touched on `queue` only, or in `deinit`, when no call is left: that is
/// what `@unchecked` rests on.
final class QueryReader: QueryCursor, @unchecked Sendable {
    /// A page ends with the row that reaches this size.
    static let pageBytes = 256 << 10

    let columns: [String]
    private let queue: DispatchQueue
    private let database: QueryDatabase
    private let statement: OpaquePointer
    private let meter: QueryMeter
    private let rowsMax: Int
    private var renderer: RowRenderer
    private var rowCount = 0
    private var isAtEnd = false

    /// Runs on `queue`.
    init(path: String, request: QueryRequest, sql: String, privateName: String, queue: DispatchQueue)
        throws(StoreError)
    {
        let database = try QueryDatabase(path: path, request: request, privateName: privateName)
        let statement = try database.statement(sql)
        self.queue = queue
        self.database = database
        self.statement = statement
        rowsMax = request.rowsMax
        columns = (0..<sqlite3_column_count(statement)).map { column in
            sqlite3_column_name(statement, column).map { String(cString: $0) } ?? ""
        }
        let types = (0..<sqlite3_column_count(statement)).map { column in
            sqlite3_column_decltype(statement, column).map { DeclaredType.valueType(String(cString: $0)) }
        }
        renderer = RowRenderer(columns: columns, types: types, isCSV: request.format == .csv)
        meter = QueryMeter(durationMax: request.durationMax)
        meter.watch(database.connection)
    }

    deinit { sqlite3_finalize(statement) }

    func next() async throws(StoreError) -> QueryPage? {
        let result: Result<QueryPage?, StoreError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                queue.async { continuation.resume(returning: self.page()) }
            }
        } onCancel: {
            meter.cancel()
        }
        return try result.get()
    }

    private func page() -> Result<QueryPage?, StoreError> {
        guard !isAtEnd else { return .success(nil) }
        let rowsBefore = rowCount
        renderer.reserve()
        while renderer.byteCount < Self.pageBytes {
            let code = sqlite3_step(statement)
            guard code == SQLITE_ROW else {
                isAtEnd = true
                if code != SQLITE_DONE { return .failure(failure(code)) }
                break
            }
            guard rowCount < rowsMax else {
                isAtEnd = true
                return .failure(
                    StoreError(.queryLimit, "the query gives more than \(rowsMax) rows; narrow it"))
            }
            rowCount += 1
            renderer.row(statement)
        }
        guard rowCount > rowsBefore else { return .success(nil) }
        return .success(QueryPage(bytes: renderer.takeBytes(), rowCount: rowCount - rowsBefore))
    }

    private func failure(_ code: CInt) -> StoreError {
        let message = String(cString: sqlite3_errmsg(database.connection))
        switch code & 0xFF {
        case SQLITE_INTERRUPT where meter.isCancelled: return StoreError(.failed, "the query was cancelled")
        case SQLITE_INTERRUPT: return StoreError(.queryLimit, "the query ran past its time limit; narrow it")
        case SQLITE_TOOBIG:
            return StoreError(.queryLimit, "the query makes a value that is too long; shorten it")
        // What a statement can do wrong only while it runs: malformed JSON, integer overflow, a bad pattern.
        case SQLITE_ERROR, SQLITE_AUTH, SQLITE_MISMATCH: return StoreError(.queryRefused, message)
        default: return SQLiteFailure.storeError(code: code, message: message)
        }
    }
}
