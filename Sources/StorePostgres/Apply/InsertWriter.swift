import BulkModel
import Engine
import Planning

/// Inserts records: by COPY straight into the table, or by way of a staging table when the database refuses
/// some.
struct InsertWriter {
    let target: ChunkTarget
    /// False when the chunk before had refusals: then finding them first is cheaper than failing first.
    let triesDirectly: Bool

    /// Gives false when the database refused a value; what else it refused is noted.
    func run(_ records: [Int], _ outcomes: inout ChunkOutcomes) throws -> Bool {
        guard !records.isEmpty else { return triesDirectly }
        let made = try MadeKeys(for: records, target)
        if triesDirectly, let copy = DirectCopy(target, records, made: made) {
            if try copy.run(records) {
                for record in records { outcomes.note(.created, record) }
                note(made, records, &outcomes)
                return true
            }
        }
        let staging = try StagingTable(target, records)
        let staged = try staging.fill(records, &outcomes)
        try StagedInsert(target: target, staging: staging, made: made).run(staged, &outcomes)
        note(made, staged, &outcomes)
        return staged.count == records.count
    }

    private func note(_ made: MadeKeys?, _ records: [Int], _ outcomes: inout ChunkOutcomes) {
        guard let made else { return }
        for record in records where outcomes.action(of: record) == .created {
            made.note(record, target, &outcomes)
        }
    }
}
