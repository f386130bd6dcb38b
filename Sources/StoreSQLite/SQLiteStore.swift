package import BulkModel
package import Engine
import GRDB
import GRDBSQLite
import Synchronization

/// A SQLite file as store: data, jobs, receipts and keys side by side, so that they commit together.
///
/// One writing connection on a queue of its own, some readers, a connection for each query job, and one that
/// copies the write-ahead log back. No call blocks the shared thread pool.
package final class SQLiteStore: Store, SecretStore {
    let path: String
    let limits: Limits
    let pool: DatabasePool
    let chunkWriter: ChunkWriter
    let gauge: WALGauge
    let catalogCache = CatalogCache()
    private let lock: Mutex<ServerLock?>
    /// Calls other than `apply` that wait for the writer: `apply` stops early for them.
    let waitingWriters: WaitingWriters

    private init(
        path: String, limits: Limits, pool: DatabasePool, gauge: WALGauge,
        lock: ServerLock?
    ) {
        self.path = path
        self.limits = limits
        self.pool = pool
        self.gauge = gauge
        self.lock = Mutex(lock)
        waitingWriters = WaitingWriters()
        chunkWriter = ChunkWriter(waiting: waitingWriters)
    }

    /// Opens the file, making it and the job tables when they are missing.
    ///
    /// Throws `unusable` when another server has the file, when it is no SQLite database or damaged, or when
    /// its job tables are newer than this version; `busy` when another process keeps it locked.
    package static func open(
        path: String, limits: Limits, role: StoreRole = .server, tuning: StoreTuning = StoreTuning()
    ) throws(StoreError) -> SQLiteStore {
        let lock = role == .server ? try ServerLock(of: path) : nil
        let gauge = WALGauge(tuning: tuning)
        do {
            let configuration = Connections.configuration(role: role, tuning: tuning, gauge: gauge)
            let pool = try DatabasePool(path: path, configuration: configuration)
            try Migrations.apply(to: pool, path: path)
            return SQLiteStore(
                path: path, limits: limits, pool: pool, gauge: gauge, lock: lock)
        } catch {
            let cause = SQLiteFailure.storeError(error)
            guard cause.code == .unusable, !cause.message.contains(path) else { throw cause }
            throw StoreError(.unusable, "cannot use \(path) as a database: \(cause.message)")
        }
    }

    /// Waits for running calls, then closes all connections; calls made afterwards fail. Gives the server
    /// lock back.
    package func close() {
        gauge.stop()
        pool.writeWithoutTransaction { _ in chunkWriter.forgetStatements() }
        // Nothing can be lost: every acknowledged call has committed, and SQLite recovers the log at the next
        // open.
        try? pool.close()
        lock.withLock { $0 = nil }
    }

    /// Runs `body` in one write transaction, which is on disk when this returns; a late one once the next that is not late
    /// is.
    func write<Value: Sendable>(
        isLate: Bool = false, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        waitingWriters.enter()
        return try await onWriter { [waitingWriters] db in
            waitingWriters.leave()
            return isLate
                ? try Self.transact(db, body) : try Self.durably(db) { try Self.transact(db, body) }
        }
    }

    private static func transact<Value>(_ db: Database, _ body: (Database) throws -> Value) throws -> Value {
        var value: Value?
        try db.inTransaction(.immediate) {
            value = try body(db)
            return .commit
        }
        guard let value else { throw StoreError(.failed, "a transaction ended without a result") }
        return value
    }

    /// Runs `body` on the writer's queue, outside a transaction. Not ended by cancellation: a chunk is whole
    /// or nothing.
    func onWriter<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        try await outcome(body).get()
    }

    /// As `onWriter`, with an error as a value.
    func outcome<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async -> Result<Value, StoreError> {
        await withCheckedContinuation { continuation in
            pool.asyncWriteWithoutTransaction { db in
                continuation.resume(returning: Self.result { try body(db) })
            }
        }
    }

    /// Runs `body` on a reader, over one snapshot.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        let result: Result<Value, StoreError> = await withCheckedContinuation { continuation in
            pool.asyncRead { access in
                continuation.resume(returning: Self.result { try body(access.get()) })
            }
        }
        return try result.get()
    }

    /// Commits made by `body` are synced: in WAL mode FULL also makes everything before them durable.
    static func durably<Value>(_ db: Database, _ body: () throws -> Value) throws -> Value {
        try db.execute(sql: "PRAGMA synchronous = FULL")
        // At worst later commits are synced too: slower, never less safe.
        defer { try? db.execute(sql: "PRAGMA synchronous = NORMAL") }
        return try body()
    }

    private static func result<Value>(_ body: () throws -> Value) -> Result<Value, StoreError> {
        Result { () throws(StoreError) in try SQLiteFailure.translated(body) }
    }
}
