import Engine
import GRDB
import GRDBSQLite

/// SQLite's result codes as store errors.
enum SQLiteFailure {
    /// `message` must be SQLite's own for the code: for these codes it never quotes a record.
    static func storeError(code: CInt, message: String) -> StoreError {
        StoreError(meaning(of: code), "SQLite: \(message) (code \(code))")
    }

    /// The error the connection reports for its last call.
    static func last(of connection: OpaquePointer) -> StoreError {
        storeError(
            code: sqlite3_extended_errcode(connection), message: String(cString: sqlite3_errmsg(connection)))
    }

    /// Whatever GRDB or a closure threw, as a store error.
    static func storeError(_ error: any Error) -> StoreError {
        if let error = error as? StoreError { return error }
        guard let error = error as? DatabaseError else { return StoreError(.failed, "\(type(of: error))") }
        return storeError(
            code: error.extendedResultCode.rawValue, message: error.message ?? "no message")
    }

    /// Runs `body`, whatever it throws as a store error.
    static func translated<Value>(_ body: () throws -> Value) throws(StoreError) -> Value {
        do { return try body() } catch { throw storeError(error) }
    }

    private static func meaning(of code: CInt) -> StoreError.Code {
        switch code {
        // A file-size limit or quota shows as a failed write, not as SQLITE_FULL.
        case ioWrite, ioFsync, ioSharedMemorySize: return .full
        default: break
        }
        switch code & 0xFF {
        case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL, SQLITE_INTERRUPT: return .busy
        case SQLITE_FULL: return .full
        case SQLITE_NOTADB, SQLITE_CORRUPT, SQLITE_CANTOPEN, SQLITE_READONLY: return .unusable
        default: return .failed
        }
    }

    // The header makes these by macros that do not reach Swift: `SQLITE_IOERR | n << 8`.
    private static let ioWrite = SQLITE_IOERR | 3 << 8
    private static let ioFsync = SQLITE_IOERR | 4 << 8
    private static let ioSharedMemorySize = SQLITE_IOERR | 19 << 8
}
