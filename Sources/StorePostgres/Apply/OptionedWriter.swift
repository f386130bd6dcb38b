import BulkModel
import Engine
import Formats
import Planning

/// Writes a chunk as its options say: undone again for a dry run, and not past the last error allowed.
struct OptionedWriter {
    let chunk: Chunk
    let target: ChunkTarget
    let habits: WriteHabits
    /// The records' keys where a selection found them.
    let keys: [RecordKey]?
    let turn: ChunkTurn?

    /// What became of the records.
    struct Written {
        var receipt: ChunkReceipt
        var stop: AppliedChunk.Stop?
    }

    private var session: Session { target.session }

    func run() throws -> Written {
        var stop = knownStop()
        let outcomes = try write(before: &stop)
        let recordKeys = RecordKeys(start: chunk.start, target: target, keys: keys, outcomes: outcomes)
        let receipt = try outcomes.receipt(
            firstRecord: chunk.firstRecord,
            keys: chunk.options.keepsKeys ? recordKeys.all : madeIDs(outcomes),
            at: chunk.now)
        guard let stop else { return Written(receipt: receipt) }
        let key = chunk.options.keepsKeys ? recordKeys.key(of: stop.index) : nil
        return Written(
            receipt: receipt, stop: AppliedChunk.Stop(fault: stop, key: key == .text("") ? nil : key))
    }

    /// The ids of created records where the server makes them; nil where it does not.
    private func madeIDs(_ outcomes: ChunkOutcomes) -> GeneratedKeys? {
        guard let name = chunk.plan.idColumn, let place = target.place(of: name) else { return nil }
        var ids: [String] = []
        for index in 0..<outcomes.recordCount where outcomes.action(of: chunk.start + index) == .created {
            ids.append(target.view.text(target.view.row(chunk.start + index)[place]) ?? "")
        }
        return .texts(ids)
    }

    /// Where the faults that are known already stop the chunk: what the database refuses can only stop it sooner.
    private func knownStop() -> RecordFault? {
        guard let errorsMax = chunk.options.errorsMax else { return nil }
        let known = target.batch.faults.filter { $0.index >= chunk.start }
        guard errorsMax > 0, known.count >= errorsMax else { return nil }
        let last = known[errorsMax - 1]
        return RecordFault(index: last.index - chunk.start, fault: last.fault)
    }

    private func write(before stop: inout RecordFault?) throws -> ChunkOutcomes {
        let end = stop.map { chunk.start + $0.index } ?? target.batch.recordCount
        guard chunk.options.isDryRun || chunk.options.errorsMax != nil else { return try write(to: end) }
        try session.run("SAVEPOINT \(Self.savepoint)")
        var outcomes = try write(to: end)
        // With fewer records others may be refused: until no error is one too many, or it is the last record anyway.
        while let fault = chunk.options.errorsMax.flatMap({ outcomes.fault(number: $0) }) {
            stop = fault
            if !outcomes.hasSuccess(behind: fault.index) {
                outcomes.cut(to: fault.index)
                break
            }
            try session.run("ROLLBACK TO SAVEPOINT \(Self.savepoint)")
            outcomes = try write(to: chunk.start + fault.index)
        }
        let undo = chunk.options.isDryRun ? "ROLLBACK TO SAVEPOINT \(Self.savepoint); " : ""
        try session.run("\(undo)RELEASE SAVEPOINT \(Self.savepoint)")
        return outcomes
    }

    private static let savepoint = "breakbulk_chunk"

    private func write(to end: Int) throws -> ChunkOutcomes {
        try ChunkWriter(
            target: target, start: chunk.start, end: end, habits: habits, job: chunk.job,
            isSelection: keys != nil, turn: turn
        ).run()
    }
}
