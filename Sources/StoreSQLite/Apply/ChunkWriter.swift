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
    /// Finds the records of selections.
    let reader = SelectionReader()

    init(waiting: WaitingWriters) {
        self.waiting = waiting
    }

    func forgetStatements() {
        writers = []
        insertError = nil
        reader.forgetStatements()
    }

    func apply(_ chunk: Chunk, on db: Database) throws -> AppliedChunk {
        guard chunk.start < chunk.batch.recordCount else {
            throw StoreError(.failed, "a chunk must have at least one record")
        }
        var attempt = ChunkAttempt(end: chunk.batch.recordCount)
        while true {
            let applied = try transact(db) {
                let place = try place(of: chunk.job, at: chunk.firstRecord, db)
                return try write(chunk, keys: nil, at: place, &attempt, db)
            }
            if let applied { return applied }
        }
    }

    /// A job within its transaction, and the number its other rows carry.
    typealias Place = (sequence: Int64, job: Job)

    /// One transaction; nil when it was rolled back and is to be done again.
    func transact(_ db: Database, _ body: () throws -> AppliedChunk?) throws -> AppliedChunk? {
        try db.beginTransaction(.immediate)
        do {
            let applied = try body()
            // A chunk that stopped before its first record has written nothing that should stay.
            if let applied, applied.stop == nil || applied.receipt.recordCount > 0 {
                try db.commit()
            } else if db.isInsideTransaction {
                try db.rollback()
            }
            return applied
        } catch {
            // The first error tells the cause; a transaction that cannot be rolled back is gone already.
            if db.isInsideTransaction { try? db.rollback() }
            throw error
        }
    }

    /// Writes the chunk within the transaction; nil when that must be rolled back and done again as `attempt` then says.
    /// `keys` are those of the batch's records, where they are known.
    func write(
        _ chunk: Chunk, keys: [RecordKey]?, at place: Place, _ attempt: inout ChunkAttempt, _ db: Database
    ) throws -> AppliedChunk? {
        let writer = try tableWriter(for: chunk, db)
        let run = ChunkRun(chunk: chunk, keys: keys, writer: writer, attempt: attempt, waiting: waiting)
        if chunk.options.isDryRun { try writer.beginDryRun() }
        let ending = try BatchView.with(chunk.batch) { try run.pass(over: $0) }
        guard case .through(let pass) = ending else {
            attempt.learn(from: ending)
            return nil
        }
        if chunk.options.isDryRun { try writer.undoDryRun() }
        let receipt = pass.receipt(firstRecord: chunk.firstRecord, appliedAt: chunk.now)
        guard receipt.recordCount > 0 else {
            return AppliedChunk(receipt: receipt, job: place.job, stop: pass.stop)
        }
        let after = try JobAfterChunk.job(
            place.job, chunk: chunk, receipt: receipt, isStopped: pass.stop != nil)
        try keep(receipt, place.sequence, db)
        try JobTable.save(after, replacing: place.job, db)
        return AppliedChunk(receipt: receipt, job: after, stop: pass.stop)
    }

    /// Throws `jobMoved` unless the job is in progress and goes on at that record.
    func place(of id: JobID, at record: Int, _ db: Database) throws -> Place {
        guard let found = try SQLiteStore.stored(id, db) else { throw SQLiteStore.notFound(id) }
        guard found.job.state == .inProgress, found.job.nextRecord == record else {
            throw StoreError(
                .jobMoved,
                "job \(id) is \(found.job.state.rawValue) at record \(found.job.nextRecord), "
                    + "the chunk begins at \(record)")
        }
        return found
    }

    private func tableWriter(for chunk: Chunk, _ db: Database) throws -> TableWriter {
        let known = writers.firstIndex { $0.job == chunk.job && $0.writer.fits(chunk.batch, by: chunk.plan) }
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

    /// Keeps the receipt of the job of this number, in the open transaction.
    func keep(_ receipt: ChunkReceipt, _ sequence: Int64, _ db: Database) throws {
        try db.run(
            Statements.insertReceipt,
            [
                sequence, receipt.firstRecord, receipt.recordCount,
                DatabaseBlob.value(ReceiptCodec.encode(receipt.actions)),
                DatabaseBlob.value(ReceiptCodec.encode(receipt.keys)), receipt.appliedAt?.microseconds,
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
