import GRDBSQLite

/// A SQLite connection for the few statements that are not the store's: making the sample tables, and looking
/// at a database without touching it (`doctor`).
///
/// Invariant: used by one caller at a time; the handle is open from init to deinit.
final class SQLiteFile {
    enum Mode {
        case readOnly, create
    }

    private let handle: OpaquePointer

    /// Opens the file; `create` makes it when it is missing.
    init(path: String, mode: Mode) throws(CommandFailure) {
        var handle: OpaquePointer?
        let flags = mode == .readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        let code = sqlite3_open_v2(path, &handle, flags, nil)
        guard code == SQLITE_OK, let handle else {
            let cause = String(cString: sqlite3_errstr(code))
            sqlite3_close_v2(handle)
            throw CommandFailure(.refused, "\(path) cannot be opened as a SQLite database: \(cause).")
        }
        self.handle = handle
        sqlite3_busy_timeout(handle, 5000)
    }

    deinit { sqlite3_close_v2(handle) }

    static var libraryVersion: String { String(cString: sqlite3_libversion()) }

    /// Runs all statements of the text.
    func execute(_ sql: String) throws(CommandFailure) {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw failure }
    }

    /// Runs one statement with a text for its only parameter.
    func execute(_ sql: String, text: [UInt8]) throws(CommandFailure) {
        let statement = try prepare(sql)
        defer { sqlite3_finalize(statement) }
        // The text lives until the step is over, which is all that a static binding asks for.
        let code = text.withUnsafeBytes { bytes in
            let start = bytes.bindMemory(to: CChar.self).baseAddress
            sqlite3_bind_text(statement, 1, start, CInt(bytes.count), nil)
            return sqlite3_step(statement)
        }
        guard code == SQLITE_DONE else { throw failure }
    }

    /// The first column of all rows; NULL as nil.
    func column(_ sql: String) throws(CommandFailure) -> [String?] {
        let statement = try prepare(sql)
        defer { sqlite3_finalize(statement) }
        var values: [String?] = []
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: values.append(sqlite3_column_text(statement, 0).map { String(cString: $0) })
            case SQLITE_DONE: return values
            default: throw failure
            }
        }
    }

    private func prepare(_ sql: String) throws(CommandFailure) -> OpaquePointer? {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else { throw failure }
        return statement
    }

    private var failure: CommandFailure {
        CommandFailure(.refused, "SQLite: \(String(cString: sqlite3_errmsg(handle)))")
    }
}
