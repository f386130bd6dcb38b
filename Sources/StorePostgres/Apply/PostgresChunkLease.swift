import BulkModel
import Engine
import Planning
import Synchronization

/// A chunk's row, locked in a transaction that stays open until the chunk is applied or given back.
final class PostgresChunkLease: ChunkLease {
    let job: Job
    let records: Range<Int>
    private let store: PostgresStore
    private let turn: ChunkTurn
    private let connection: Mutex<PooledConnection?>

    init(_ job: Job, _ records: Range<Int>, on connection: PooledConnection, of store: PostgresStore) {
        self.job = job
        self.records = records
        self.store = store
        turn = ChunkTurn(
            of: job.id, at: records.lowerBound, lockWaitMax: store.limits.lockWaitMax)
        self.connection = Mutex(connection)
    }

    var waited: Duration { turn.waited }

    deinit { take()?.giveBack() }

    func apply(_ chunk: Chunk) async throws(StoreError) -> AppliedChunk {
        guard let connection = take() else { throw StoreError(.jobMoved, "the lease has ended") }
        defer { connection.giveBack() }
        guard chunk.firstRecord == records.lowerBound, chunk.batch.recordCount - chunk.start == records.count
        else {
            throw StoreError(.failed, "the chunk is not the one that was leased")
        }
        let transaction = store.transaction(of: chunk, turn)
        return try await connection.perform { session in
            let applied = try transaction.run(session)
            try session.run("COMMIT")
            return applied
        }
    }

    func release() async { take()?.giveBack() }

    private func take() -> PooledConnection? {
        connection.withLock { connection in
            defer { connection = nil }
            return connection
        }
    }
}
