import Engine
import GRDBSQLite

/// Why SQLite refused one record's statement.
struct StepFailure {
    enum Kind {
        case unique, notNull, check, foreignKey, trigger, type, tooBig, other
        /// A trigger dropped the record without an error (`RAISE(IGNORE)`).
        case ignored
    }

    let kind: Kind
    let message: String

    init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// The connection's last error; throws it when the database failed rather than the record.
    init(lastOf connection: OpaquePointer) throws(StoreError) {
        let code = sqlite3_extended_errcode(connection)
        let message = String(cString: sqlite3_errmsg(connection))
        guard let kind = Self.kind(of: code) else {
            throw SQLiteFailure.storeError(code: code, message: message)
        }
        // A key that says ON DELETE RESTRICT is kept by a trigger that SQLite makes.
        let isRestricted = kind == .trigger && message == "FOREIGN KEY constraint failed"
        self.init(isRestricted ? .foreignKey : kind, message)
    }

    /// Nil for codes that are not about the record. Extended codes are `SQLITE_CONSTRAINT | n << 8`.
    private static func kind(of code: CInt) -> Kind? {
        switch code & 0xFF {
        case SQLITE_CONSTRAINT:
            switch code >> 8 {
            case 6, 8, 10: return .unique
            case 5: return .notNull
            case 1: return .check
            case 3: return .foreignKey
            case 7: return .trigger
            case 12: return .type
            default: return .other
            }
        case SQLITE_MISMATCH: return .type
        case SQLITE_TOOBIG: return .tooBig
        case SQLITE_ERROR: return .other
        default: return nil
        }
    }
}
