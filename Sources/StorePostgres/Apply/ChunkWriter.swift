import BulkModel
import Engine
import Formats
import Planning

/// Writes the records of one chunk and says what became of each.
struct ChunkWriter {
    let target: ChunkTarget
    /// Index of the first record to apply.
    let start: Int
    /// Index behind the last one.
    let end: Int
    let habits: WriteHabits
    let job: JobID
    /// The records were found by their keys just now, and all get the same values.
    let isSelection: Bool
    /// To be taken before the table is changed, unless its records may come in any order.
    var turn: ChunkTurn?

    func run() throws -> ChunkOutcomes {
        var outcomes = ChunkOutcomes(start..<end)
        for entry in target.batch.faults where start..<end ~= entry.index {
            outcomes.note(entry.fault, entry.index)
        }
        let known = outcomes.faultCount
        let records = (start..<end).filter { outcomes.isOpen($0) }
        if target.plan.operation == .insert {
            var writer = InsertWriter(target: target, breaches: habits.breaches(of: job))
            try writer.run(records, &outcomes)
            habits.note(job, writer.breaches, isClean: outcomes.faultCount == known)
        } else if isSelection, try writeAlike(records, &outcomes) {
            return outcomes
        } else {
            let writer = try stage(records, &outcomes)
            try turn?.take(target.session)
            try writer?.run(&outcomes)
        }
        return outcomes
    }

    /// Looks at nothing that the chunks before may change; nil when there is nothing to write.
    private func stage(_ records: [Int], _ outcomes: inout ChunkOutcomes) throws -> KeyedWriter? {
        guard !records.isEmpty else { return nil }
        let staging = try StagingTable(target, records)
        let staged = try staging.fill(records, &outcomes)
        guard !staged.isEmpty else { return nil }
        return try KeyedWriter(target: target, staging: staging, staged: staged)
    }

    /// False when nothing was written, because the database refused or what it did does not tell what became of whom.
    private func writeAlike(_ records: [Int], _ outcomes: inout ChunkOutcomes) throws -> Bool {
        guard habits.breaches(of: job).isEmpty else {
            habits.note(job, [], isClean: true)
            return false
        }
        guard let writer = SameValueWriter(target, records) else { return false }
        let isDone = try writer.run(&outcomes)
        habits.note(job, [.other], isClean: isDone)
        return isDone
    }
}
