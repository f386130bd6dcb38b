import BulkModel
import Engine
import Planning

/// One chunk of a selection: found, judged and written in one snapshot, and again with fewer records when another writer
/// changed one of them meanwhile.
struct SelectionTransaction: Sendable {
    let chunk: SelectionChunk
    let catalog: CatalogReader
    let habits: WriteHabits
    let lockWaitMax: Duration

    /// Times that a transaction which cannot become smaller is tried.
    private static let triesMax = 5

    func run(_ session: Session) throws -> AppliedChunk {
        var recordsMax = max(1, chunk.recordsMax)
        var tries = 0
        while true {
            var isHeld = false
            do {
                return try session.transaction(isSnapshot: true) { try apply(recordsMax, session, &isHeld) }
            } catch let failure as ServerFailure where failure.isConflict {
                // Whoever was ahead of us at the job's row has moved the job on, as the next look shows.
                if isHeld, recordsMax > 1 {
                    recordsMax /= 2
                } else {
                    tries += 1
                }
                guard tries < Self.triesMax else { throw failure }
            }
        }
    }

    private func apply(_ recordsMax: Int, _ session: Session, _ isHeld: inout Bool) throws -> AppliedChunk {
        try session.run("\(ChunkTransaction.lockLimit(lockWaitMax)); \(SelectionSQL.plans)")
        try PostgresStore.hold(chunk.job, at: chunk.firstRecord, session)
        isHeld = true
        let table = try catalog.table(chunk.plan.write.table.name, session)
        let found = try SelectionReader(chunk: chunk, table: table, session: session).read(recordsMax)
        let batch = chunk.plan.batch(of: found.records, firstRecord: chunk.firstRecord, now: chunk.now)
        var options = chunk.options
        options.keepsKeys = true
        let given = Chunk(
            job: chunk.job, plan: chunk.plan.write, batch: batch, start: 0, now: chunk.now,
            isLast: found.isLast, options: options)
        return try ChunkTransaction(
            chunk: given, catalog: catalog, habits: habits, lockWaitMax: lockWaitMax,
            keys: found.records.map(\.key)
        ).run(session)
    }
}
