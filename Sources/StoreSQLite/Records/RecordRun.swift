import BulkModel
import Engine
import Formats
import Planning

/// The records of one write within a transaction, one after another.
struct RecordRun {
    let batch: BoundBatch
    /// Which write of its transaction this is, from 1.
    let number: Int
    let writer: TableWriter
    let attempt: RecordAttempt

    enum Ending {
        case through(WrittenRecords)
        /// The record's trigger rolled the transaction back.
        case lost(index: Int, Fault)
    }

    func ending(over view: BatchView) throws -> Ending {
        var written = WrittenRecords(actions: [], faults: [], keys: [])
        var known = batch.faults[...]
        for index in 0..<batch.recordCount {
            var fault = attempt.fault(ofWrite: number, index: index)
            if let first = known.first, first.index == index {
                known.removeFirst()
                fault = first.fault
            }
            var action = RecordAction.error
            if fault == nil { action = try write(view.row(index), view) }
            if action == .error, fault == nil {
                let isLost = writer.hasLostTransaction
                let found = try writer.fault(view.row(index), view, at: batch.position(of: index))
                guard !isLost else { return .lost(index: index, found) }
                fault = found
            }
            if let fault { written.faults.append(RecordFault(index: index, fault: fault)) }
            written.actions.append(action)
            written.keys.append(try key(view.row(index), view, after: action))
        }
        return .through(written)
    }

    private func write(_ row: UnsafePointer<BoundValue>, _ view: BatchView) throws -> RecordAction {
        attempt.resolvesEachRecord ? try writer.writeResolved(row, view) : try writer.write(row, view)
    }

    private func key(
        _ row: UnsafePointer<BoundValue>, _ view: BatchView, after action: RecordAction
    ) throws -> RecordKey? {
        let known = writer.key(row, view)
        guard action == .created else { return known }
        if let automatic = writer.automaticColumn, writer.keyNames == [automatic.name] {
            return .integer(writer.lastKey)
        }
        return try known ?? writer.madeKey()
    }
}
