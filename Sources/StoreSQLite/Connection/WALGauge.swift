import GRDB
import GRDBSQLite
import Synchronization

/// Knows how long the write-ahead log is, and says when it should be copied back.
///
/// SQLite calls the hook on the writer's queue after each commit. The pool's configuration holds the gauge,
/// so it lives as long as the connection that has its address.
final class WALGauge: Sendable {
    /// One element whenever the log has grown past its mark; finished by `stop`.
    let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation
    private let state: Mutex<State>

    private struct State {
        var logBytes = 0
        var pageBytes = 4096
        var isServed = false
        /// The background copy has caught up: a short copy by the writer now lets the log start over.
        var isNearlyCopied = false
        var checkpointBytes: Int
        var bytesMax: Int
    }

    init(tuning: StoreTuning) {
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        state = Mutex(State(checkpointBytes: tuning.walCheckpointBytes, bytesMax: tuning.walBytesMax))
    }

    /// Puts the hook on the writer. It replaces SQLite's automatic checkpoint, which uses the same hook.
    func watch(_ db: Database) {
        // 4096 is SQLite's default, and only the log's estimated size hangs on it.
        let pageBytes = (try? Int.fetchOne(db, sql: "PRAGMA page_size")) ?? 4096
        state.withLock { $0.pageBytes = pageBytes }
        let address = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_wal_hook(
            db.sqliteConnection,
            { address, _, _, pages in
                if let address {
                    Unmanaged<WALGauge>.fromOpaque(address).takeUnretainedValue().committed(pages: Int(pages))
                }
                return SQLITE_OK
            }, address)
    }

    private func committed(pages: Int) {
        let isLong = state.withLock { state in
            state.logBytes = pages * state.pageBytes
            return state.logBytes >= state.checkpointBytes
        }
        if isLong { signal.yield() }
    }

    /// Lets the writer copy the log back itself when that is due; to be called between two transactions.
    func copyIfDue(_ db: Database) {
        guard takeInlineTurn() else { return }
        sqlite3_wal_checkpoint_v2(db.sqliteConnection, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
    }

    /// True when the writer should copy back itself, now.
    private func takeInlineTurn() -> Bool {
        state.withLock { state in
            let isDue =
                state.logBytes >= state.bytesMax
                || state.logBytes >= state.checkpointBytes && (state.isNearlyCopied || !state.isServed)
            if isDue { state.isNearlyCopied = false }
            return isDue
        }
    }

    func backgroundCopied() { state.withLock { $0.isNearlyCopied = true } }

    func serve(_ isServed: Bool) { state.withLock { $0.isServed = isServed } }

    func stop() { signal.finish() }
}
