import BulkModel
import Engine
import Planning

/// Inserts records: by COPY straight into the table, or by way of a staging table when the database refuses
/// some for what COPY cannot be spared.
struct InsertWriter {
    let target: ChunkTarget
    /// Rules that the job's records broke just now; becomes what is known after this chunk.
    var breaches: Set<Breach>

    mutating func run(_ records: [Int], _ outcomes: inout ChunkOutcomes) throws {
        guard !records.isEmpty else { return }
        let made = try MadeKeys(for: records, target)
        if let copy = DirectCopy(target, records, made: made),
            try MarkedCopy(target: target, copy: copy).run(records, &breaches, &outcomes)
        {
            note(made, records, &outcomes)
            return
        }
        let open = records.filter { outcomes.isOpen($0) }
        guard !open.isEmpty else { return }
        let staging = try StagingTable(target, open)
        let staged = try staging.fill(open, &outcomes)
        try StagedInsert(target: target, staging: staging, made: made).run(staged, &outcomes)
        note(made, staged, &outcomes)
    }

    private func note(_ made: MadeKeys?, _ records: [Int], _ outcomes: inout ChunkOutcomes) {
        guard let made else { return }
        for record in records where outcomes.action(of: record) == .created {
            made.note(record, target, &outcomes)
        }
    }
}
