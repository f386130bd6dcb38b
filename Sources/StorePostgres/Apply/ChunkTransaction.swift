import BulkModel
import Engine
import Formats
import Planning

/// What one chunk's transaction does between its guard and its commit: data, receipt, checkpoint and
/// counters.
struct ChunkTransaction: Sendable {
    let chunk: Chunk
    let catalog: CatalogReader
    let habits: WriteHabits
    let lockWaitMax: Duration
    /// The records' keys, one each, where a selection found them.
    var keys: [RecordKey]?
    /// What the chunk waits for before it changes anything, where the job's records keep the file's order; nil for one that
    /// holds its job's row.
    var turn: ChunkTurn?

    /// Throws `jobMoved` when the job is not in progress any more; the caller's transaction is undone then.
    func run(_ session: Session) throws -> AppliedChunk {
        let settings = [Self.lockLimit(lockWaitMax), Self.plans] + (isToldAtOnce ? [] : [Self.lateFlush])
        try session.run(settings.joined(separator: "; "))
        let table = try catalog.table(chunk.plan.table.name, session)
        let written = try BatchView.with(chunk.batch) { view in
            let target = ChunkTarget(
                chunk.plan, chunk.batch, table: table, view: view, session: session)
            return try OptionedWriter(chunk: chunk, target: target, habits: habits, keys: keys, turn: turn)
                .run()
        }
        try keep(written.receipt, session)
        return AppliedChunk(
            receipt: written.receipt, job: try advance(by: written, session), stop: written.stop)
    }

    /// SQL by which nobody waits longer for a lock until the transaction ends.
    static func lockLimit(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        // 0 would mean: wait for ever.
        let milliseconds = max(1, seconds * 1000 + attoseconds / 1_000_000_000_000_000)
        return "SET LOCAL lock_timeout TO \(milliseconds)"
    }

    /// A stream tells its caller of each chunk once it has committed; then a power cut must not take it back.
    private var isToldAtOnce: Bool { keys != nil || chunk.options.keepsKeys }

    /// Rows are found by index, since a chunk is few of a table's; and compiling statements for a chunk takes longer than
    /// they do.
    static let plans =
        "SET LOCAL random_page_cost TO 1; SET LOCAL enable_mergejoin TO off; SET LOCAL jit TO off"

    /// Without waiting for the disk: a power cut may take back chunks with their receipts, and work goes on before them.
    private static let lateFlush = "SET LOCAL synchronous_commit TO off"

    private func keep(_ receipt: ChunkReceipt, _ session: Session) throws {
        guard receipt.recordCount > 0 else { return }
        try PostgresStore.insert(receipt, of: chunk.job, session)
        try session.execute(
            Statements.deleteChunk, [.storable(chunk.job.text), .integer(receipt.firstRecord)])
    }

    /// The job's row is locked last and for a moment, so that chunks hardly wait for each other.
    private func advance(by written: OptionedWriter.Written, _ session: Session) throws -> Job {
        let job = try PostgresStore.locked(chunk.job, session).job
        guard job.spec.source == .upload else { return try advance(job, by: written, session) }
        let receipt = written.receipt
        let id = Parameter.storable(chunk.job.text)
        let checkpoint = try session.execute(Statements.selectCheckpoint, [id]).integer(0, 0) ?? 0
        var machine = JobMachine(job)
        if let refusal = machine.advance(by: receipt, to: checkpoint, at: chunk.now) {
            throw StoreError(.jobMoved, "job \(job.id): \(refusal.message)")
        }
        let isCovered = chunk.start + receipt.recordCount == chunk.batch.recordCount
        if machine.job.state.isTerminal {
            // What the caller is told now stays, and with it all chunks before.
            try session.run("SET LOCAL synchronous_commit TO DEFAULT")
            let sum = try session.execute(Statements.sumReceipts, [id]).integer(0, 0) ?? 0
            guard sum == job.counts.read else {
                throw StoreError(
                    .failed, "job \(job.id) has read \(job.counts.read) records and receipts for \(sum)")
            }
        } else if chunk.isLast, isCovered, checkpoint > receipt.firstRecord,
            job.nextRecord == receipt.firstRecord
        {
            throw StoreError(
                .failed,
                "job \(job.id) has read \(job.counts.read) records, but its last chunk ends at \(checkpoint - 1)"
            )
        }
        try JobWriter.write(machine.job, since: job, session)
        return machine.job
    }
}
