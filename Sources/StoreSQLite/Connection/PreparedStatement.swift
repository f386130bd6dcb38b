import Engine
import GRDBSQLite
import Planning

/// A statement of the C API, prepared once and stepped many times: the boundary of the hot path.
///
/// Invariants: used on its connection's queue only, and not after the connection is closed. Bound texts and
/// blobs are not copied (`SQLITE_STATIC`), so their bytes must stay until `step` returns; every parameter is
/// bound anew before each `step`, so a stale address is never read.
final class PreparedStatement {
    private let handle: OpaquePointer
    private let connection: OpaquePointer

    init(_ sql: String, on connection: OpaquePointer) throws(StoreError) {
        var handle: OpaquePointer?
        let flags = UInt32(SQLITE_PREPARE_PERSISTENT)
        guard sqlite3_prepare_v3(connection, sql, -1, flags, &handle, nil) == SQLITE_OK, let handle else {
            throw SQLiteFailure.last(of: connection)
        }
        self.handle = handle
        self.connection = connection
    }

    deinit { sqlite3_finalize(handle) }

    /// Parameters are numbered from 1. `bytes` is the start of the batch's bytes.
    func bind(_ value: BoundValue, at number: Int, in bytes: UnsafeRawPointer) {
        let number = CInt(truncatingIfNeeded: number)
        switch value {
        case .absent, .null: sqlite3_bind_null(handle, number)
        case .integer(let integer): sqlite3_bind_int64(handle, number, integer)
        case .real(let real): sqlite3_bind_double(handle, number, real)
        case .text(let start, let length):
            let text = (bytes + Int(start)).assumingMemoryBound(to: CChar.self)
            sqlite3_bind_text(handle, number, text, CInt(bitPattern: length), nil)
        case .blob(let start, let length):
            sqlite3_bind_blob(handle, number, bytes + Int(start), CInt(bitPattern: length), nil)
        }
    }

    func bind(_ integer: Int, at number: CInt) { sqlite3_bind_int64(handle, number, Int64(integer)) }

    /// Copies the text, unlike the others.
    func bind(_ text: String?, at number: CInt) {
        guard let text else {
            sqlite3_bind_null(handle, number)
            return
        }
        sqlite3_bind_text(handle, number, text, CInt(text.utf8.count), Self.copies)
    }

    func bind(_ real: Double, at number: CInt) { sqlite3_bind_double(handle, number, real) }

    /// Copies the bytes.
    func bind(_ bytes: [UInt8], at number: CInt) {
        // Without bytes there may be no address, which would mean NULL.
        guard !bytes.isEmpty else {
            sqlite3_bind_zeroblob(handle, number, 0)
            return
        }
        sqlite3_bind_blob(handle, number, bytes, CInt(bytes.count), Self.copies)
    }

    /// True when there is another row, whose columns can be read until the next call; `reset` must follow the last.
    func nextRow() throws(StoreError) -> Bool {
        switch step() {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw SQLiteFailure.last(of: connection)
        }
    }

    /// SQLite's code of the value's storage class.
    func kind(at column: CInt) -> CInt { sqlite3_column_type(handle, column) }

    func integer(at column: CInt) -> Int64 { sqlite3_column_int64(handle, column) }

    func real(at column: CInt) -> Double { sqlite3_column_double(handle, column) }

    /// Appends a text's bytes, what is not UTF-8 replaced.
    func appendText(at column: CInt, to bytes: inout [UInt8]) {
        guard let start = sqlite3_column_text(handle, column) else { return }
        let text = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
        if String(validating: text, as: UTF8.self) != nil {
            bytes.append(contentsOf: text)
        } else {
            bytes.append(contentsOf: String(decoding: text, as: UTF8.self).utf8)
        }
    }

    func appendBlob(at column: CInt, to bytes: inout [UInt8]) {
        guard let start = sqlite3_column_blob(handle, column) else { return }
        bytes.append(
            contentsOf: UnsafeRawBufferPointer(
                start: start, count: Int(sqlite3_column_bytes(handle, column))))
    }

    /// The value as text, nil for NULL.
    func text(at column: CInt) -> String? {
        guard let bytes = sqlite3_column_text(handle, column) else { return nil }
        let count = Int(sqlite3_column_bytes(handle, column))
        return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }

    /// The value of a text; nil when its bytes are not UTF-8.
    func validText(at column: CInt) -> String? {
        guard let bytes = sqlite3_column_text(handle, column) else { return nil }
        let count = Int(sqlite3_column_bytes(handle, column))
        return String(validating: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }

    /// `SQLITE_ROW`, `SQLITE_DONE` or an error; `reset` must follow.
    func step() -> CInt { sqlite3_step(handle) }

    func reset() { sqlite3_reset(handle) }

    /// Runs a statement without rows that must succeed.
    func run() throws(StoreError) {
        let code = step()
        let error = code == SQLITE_DONE || code == SQLITE_ROW ? nil : SQLiteFailure.last(of: connection)
        reset()
        if let error { throw error }
    }

    /// True when the statement gives at least one row.
    func hasRow() throws(StoreError) -> Bool {
        let code = step()
        let error = code == SQLITE_DONE || code == SQLITE_ROW ? nil : SQLiteFailure.last(of: connection)
        reset()
        if let error { throw error }
        return code == SQLITE_ROW
    }

    /// `SQLITE_TRANSIENT`: a cast of -1 that C macros do not hand over to Swift.
    private static let copies = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
}
