import BulkModel
import Engine
import Formats
import Planning

/// Writes the records of one chunk and says what became of each.
struct ChunkWriter {
    let target: ChunkTarget
    /// Index of the first record to apply.
    let start: Int
    let habits: WriteHabits
    let job: JobID

    func run() throws -> ChunkOutcomes {
        let end = target.batch.recordCount
        var outcomes = ChunkOutcomes(start..<end)
        for entry in target.batch.faults where entry.index >= start {
            outcomes.note(entry.fault, entry.index)
        }
        let known = outcomes.faultCount
        let records = (start..<end).filter { outcomes.isOpen($0) }
        if target.plan.operation == .insert {
            var writer = InsertWriter(target: target, breaches: habits.breaches(of: job))
            try writer.run(records, &outcomes)
            habits.note(job, writer.breaches, isClean: outcomes.faultCount == known)
        } else if !records.isEmpty {
            let staging = try StagingTable(target, records)
            let staged = try staging.fill(records, &outcomes)
            try KeyedWriter(target: target, staging: staging, staged: staged).run(&outcomes)
        }
        return outcomes
    }
}
