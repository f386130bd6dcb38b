package import BulkModel
package import Engine
import Planning

extension PostgresStore {
    package func apply(_ chunk: Chunk) async throws(StoreError) -> AppliedChunk {
        let transaction = transaction(of: chunk)
        return try await leasePool.with { session in
            try session.transaction {
                let job = try Self.hold(chunk.job, at: chunk.firstRecord, session)
                if job.spec.source == .upload {
                    let end = chunk.firstRecord + chunk.batch.recordCount - chunk.start
                    try session.execute(Statements.moveCut, [.storable(job.id.text), .integer(end)])
                }
                return try transaction.run(session)
            }
        }
    }

    /// By `ChunkTurn`.
    package var keepsFileOrder: Bool { true }

    package func lease(_ id: JobID) async throws(StoreError) -> (any ChunkLease)? {
        let connection = try await leasePool.take()
        do throws(StoreError) {
            let held = try await connection.perform { session -> (Job, Range<Int>)? in
                // Behind a chunk that it waited for it must see what that one wrote, whatever the database's default is.
                try session.run("BEGIN ISOLATION LEVEL READ COMMITTED")
                let rows = try session.execute(Statements.leaseChunk, [.storable(id.text)])
                guard rows.count > 0, let first = rows.integer(0, 0), let count = rows.integer(0, 1),
                    let job = try Self.jobs(session.execute(Statements.selectJob, [.storable(id.text)])).first
                else { return nil }
                return (job, first..<first + count)
            }
            guard let held else {
                connection.giveBack()
                return nil
            }
            return PostgresChunkLease(held.0, held.1, on: connection, of: self)
        } catch {
            connection.giveBack()
            throw error
        }
    }

    /// What applying the chunk does within its transaction; `turn` for one that is leased.
    func transaction(of chunk: Chunk, _ turn: ChunkTurn? = nil) -> ChunkTransaction {
        ChunkTransaction(
            chunk: chunk, catalog: catalog, habits: habits, lockWaitMax: limits.lockWaitMax, turn: turn)
    }

    /// The guard of a chunk that nobody has leased: the job's row is held until the end, and goes on just
    /// here.
    @discardableResult
    static func hold(_ id: JobID, at firstRecord: Int, _ session: Session) throws -> Job {
        let (job, cutRecord) = try locked(id, session)
        guard job.state == .inProgress, job.nextRecord == firstRecord, cutRecord == firstRecord else {
            throw StoreError(
                .jobMoved,
                "job \(id) is \(job.state.rawValue) at record \(job.nextRecord), "
                    + "the chunk begins at \(firstRecord)")
        }
        return job
    }
}
