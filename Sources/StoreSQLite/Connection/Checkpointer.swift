import Dispatch
import Engine
import GRDBSQLite

/// A connection of its own that copies the write-ahead log back while the writer goes on.
///
/// Invariant: the connection is used on `queue` only (and in `deinit`, when nobody else can).
final class Checkpointer: @unchecked Sendable {
    private let queue = DispatchQueue(label: "breakbulk.checkpoint", qos: .utility)
    private let connection: OpaquePointer

    init(path: String) throws(StoreError) {
        var connection: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX
        let code = sqlite3_open_v2(path, &connection, flags, nil)
        guard code == SQLITE_OK, let connection else {
            sqlite3_close_v2(connection)
            throw SQLiteFailure.storeError(code: code, message: "cannot open \(path) for checkpoints")
        }
        sqlite3_exec(connection, "PRAGMA cache_size = -1024; PRAGMA wal_autocheckpoint = 0", nil, nil, nil)
        self.connection = connection
    }

    deinit { sqlite3_close_v2(connection) }

    /// Copies what it can without waiting for anybody; true when it reached the end as it was at the start.
    func copy() async -> Bool {
        await withCheckedContinuation { continuation in
            queue.async {
                var logPages: CInt = 0
                var copiedPages: CInt = 0
                let code = sqlite3_wal_checkpoint_v2(
                    self.connection, nil, SQLITE_CHECKPOINT_PASSIVE, &logPages, &copiedPages)
                continuation.resume(returning: code == SQLITE_OK)
            }
        }
    }
}
