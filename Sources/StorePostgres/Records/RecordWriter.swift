import BulkModel
import Engine
import Formats
import Planning

/// Writes a batch of single records as a chunk is written, without a job, and tells every record's key.
struct RecordWriter {
    let target: ChunkTarget
    let habits: WriteHabits

    /// Chunks of a job share what is known of its refusals; so do the batches of one transaction.
    private static let job = JobID("")

    func run() throws -> WrittenRecords {
        let count = target.batch.recordCount
        var known = ChunkOutcomes(0..<count)
        for entry in target.batch.faults { known.note(entry.fault, entry.index) }
        let open = (0..<count).filter { known.isOpen($0) }
        if let insert = ReturningInsert(target, open) {
            let made = try insert.run(open, &known)
            return try written(known) { known.action(of: $0) == .created ? made[$0] : nil }
        }
        let outcomes = try ChunkWriter(
            target: target, start: 0, end: count, habits: habits, job: Self.job, isSelection: false
        ).run()
        return try written(outcomes) { _ in nil }
    }

    private func written(
        _ outcomes: ChunkOutcomes, made: (Int) -> RecordKey?
    ) throws(StoreError) -> WrittenRecords {
        let keys = RecordKeys(start: 0, target: target, keys: nil, outcomes: outcomes)
        var written = WrittenRecords(
            actions: [], faults: outcomes.faults.sorted { $0.index < $1.index }, keys: [])
        for record in 0..<outcomes.recordCount {
            guard let action = outcomes.action(of: record) else {
                throw StoreError(.failed, "record \(record) of a batch has no outcome")
            }
            let key = made(record) ?? keys.key(of: record)
            written.actions.append(action)
            written.keys.append(key == .text("") ? nil : key)
        }
        return written
    }
}
