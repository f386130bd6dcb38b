import BulkModel
import Engine
import Formats
import GRDB
import GRDBSQLite
import Planning

/// Applies chunks: data, receipt, counters and checkpoint in one transaction each.
///
/// Invariant: touched on the writer's queue only, which is what `@unchecked` rests on.
final class ChunkWriter: @unchecked Sendable {
    private let waiting: WaitingWriters
    /// Writers of the jobs that run now, most recent last.
    private var writers: [(job: JobID, writer: TableWriter)] = []
    private var insertError: PreparedStatement?
    private static let writersMax = 16

    init(waiting: WaitingWriters) {
        self.waiting = waiting
    }

    func forgetStatements() {
        writers = []
        insertError = nil
    }

    func apply(_ chunk: Chunk, on db: Database) throws -> AppliedChunk {
        guard chunk.start < chunk.batch.recordCount else {
            throw StoreError(.failed, "a chunk must have at least one record")
        }
        var attempt = ChunkAttempt(end: chunk.batch.recordCount)
        while true {
            if let applied = try transact(chunk, &attempt, db) { return applied }
        }
    }

    /// One transaction; nil when it was rolled back and is to be done again as `attempt` then says.
    private func transact(_ chunk: Chunk, _ attempt: inout ChunkAttempt, _ db: Database) throws
        -> AppliedChunk?
    {
        try db.beginTransaction(.immediate)
        do {
            let (sequence, job) = try checkpoint(of: chunk, db)
            let writer = try tableWriter(for: chunk, db)
            let run = ChunkRun(chunk: chunk, writer: writer, attempt: attempt, waiting: waiting)
            let pass = try BatchView.with(chunk.batch) { try run.pass(over: $0) }
            guard case .through(let pass) = pass else {
                attempt.learn(from: pass)
                if db.isInsideTransaction { try db.rollback() }
                return nil
            }
            let receipt = pass.receipt(firstRecord: chunk.firstRecord)
            let after = try JobAfterChunk.job(job, chunk: chunk, receipt: receipt)
            try keep(receipt, sequence, db)
            try db.execute(sql: Statements.updateJob, arguments: JobRow.arguments(after))
            try db.commit()
            return AppliedChunk(receipt: receipt, job: after)
        } catch {
            // The first error tells the cause; a transaction that cannot be rolled back is gone already.
            if db.isInsideTransaction { try? db.rollback() }
            throw error
        }
    }

    private func checkpoint(of chunk: Chunk, _ db: Database) throws -> (sequence: Int64, job: Job) {
        guard let found = try SQLiteStore.stored(chunk.job, db) else { throw SQLiteStore.notFound(chunk.job) }
        guard found.job.state == .inProgress, found.job.nextRecord == chunk.firstRecord else {
            throw StoreError(
                .jobMoved,
                "job \(chunk.job) is \(found.job.state.rawValue) at record \(found.job.nextRecord), "
                    + "the chunk begins at \(chunk.firstRecord)")
        }
        return found
    }

    private func tableWriter(for chunk: Chunk, _ db: Database) throws -> TableWriter {
        let known = writers.firstIndex { $0.job == chunk.job && $0.writer.fits(chunk) }
        if let known {
            let entry = writers.remove(at: known)
            writers.append(entry)
            return entry.writer
        }
        writers.removeAll { $0.job == chunk.job }
        guard let connection = db.sqliteConnection else { throw StoreError(.failed, "the store is closed") }
        let writer = try TableWriter(plan: chunk.plan, columns: chunk.batch.columns, connection: connection)
        if writers.count == Self.writersMax { writers.removeFirst() }
        writers.append((chunk.job, writer))
        return writer
    }

    private func keep(_ receipt: ChunkReceipt, _ sequence: Int64, _ db: Database) throws {
        try db.execute(
            sql: Statements.insertReceipt,
            arguments: [
                sequence, receipt.firstRecord, receipt.recordCount,
                DatabaseBlob.value(ReceiptCodec.encode(receipt.actions)),
                DatabaseBlob.value(ReceiptCodec.encode(receipt.keys)),
            ])
        guard !receipt.faults.isEmpty, let connection = db.sqliteConnection else { return }
        let statement = try insertError ?? PreparedStatement(Statements.insertError, on: connection)
        insertError = statement
        for entry in receipt.faults {
            statement.bind(Int(sequence), at: 1)
            statement.bind(receipt.firstRecord + entry.index, at: 2)
            statement.bind(entry.fault.position.line, at: 3)
            statement.bind(entry.fault.position.byte, at: 4)
            statement.bind(entry.fault.code.rawValue, at: 5)
            statement.bind(entry.fault.issue, at: 6)
            statement.bind(entry.fault.column, at: 7)
            statement.bind(entry.fault.message, at: 8)
            try statement.run()
        }
    }
}
