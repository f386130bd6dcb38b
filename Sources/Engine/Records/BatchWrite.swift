import BulkModel
import Planning

/// What one operation of a group writes, checked and judged.
struct BatchWrite {
    /// Place among the group's members.
    let member: Int
    /// The record's key; nil where the database makes it.
    let key: RecordKey?
    let step: Step

    /// How it is written.
    enum Step {
        case change(RecordChange, RecordRow)
        case delete
    }

    /// True when both can be in one batch of the store's.
    func goesWith(_ other: BatchWrite) -> Bool {
        switch (step, other.step) {
        case (.change(let a, _), .change(let b, _)): a == b
        case (.delete, .delete): true
        default: false
        }
    }

    /// The writes as one batch; they all go with each other.
    static func batch(
        _ writes: ArraySlice<BatchWrite>, _ table: BatchTable, now: Timestamp
    ) -> (batch: BoundBatch, plan: Plan)? {
        guard let first = writes.first else { return nil }
        guard case .change(let change, _) = first.step else {
            return table.deletion?.batch(of: writes.compactMap(\.key), now: now)
        }
        var builder = RecordBatchBuilder(table.checker(change))
        for write in writes {
            if case .change(_, let row) = write.step { builder.append(row) }
        }
        return builder.finish()
    }
}
