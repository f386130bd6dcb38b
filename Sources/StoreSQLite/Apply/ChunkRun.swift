import BulkModel
import Engine
import Formats
import GRDBSQLite
import Planning

/// One pass over the records of a chunk inside its transaction.
struct ChunkRun {
    let chunk: Chunk
    /// Keys of the batch's records, where they are known beforehand.
    let keys: [RecordKey]?
    let writer: TableWriter
    let attempt: ChunkAttempt
    let waiting: WaitingWriters

    enum Ending {
        case through(ChunkPass)
        /// References are left open that only the commit would refuse.
        case unresolved
        /// The record's trigger rolled the transaction back.
        case lost(index: Int, Fault)
    }

    /// After so many records it looks whether others wait.
    private static let recordsBetweenLooks = 2000
    /// A waiting writer may have to wait this long for the chunk to stop early.
    private static let patience = Duration.milliseconds(50)

    func pass(over view: BatchView) throws -> Ending {
        var pass = ChunkPass(start: chunk.start, options: chunk.options)
        var faults = chunk.batch.faults[...]
        while let first = faults.first, first.index < chunk.start { faults.removeFirst() }
        let clock = ContinuousClock()
        let began = clock.now
        var untilLook = Self.recordsBetweenLooks
        for index in chunk.start..<attempt.end {
            if let known = faults.first, known.index == index {
                faults.removeFirst()
                pass.add(known.fault, key: key(index, view))
            } else if let lost = try apply(index, view, &pass) {
                return lost
            }
            if pass.stop != nil { break }
            untilLook -= 1
            guard untilLook == 0 else { continue }
            untilLook = Self.recordsBetweenLooks
            // A dry run that were cut here would no longer see two equal keys before and behind the cut.
            guard !chunk.options.isDryRun else { continue }
            if !waiting.isEmpty, clock.now - began >= Self.patience, !writer.hasUnresolvedReferences { break }
        }
        return writer.hasUnresolvedReferences ? .unresolved : .through(pass)
    }

    /// Gives an ending when the transaction is gone.
    private func apply(_ index: Int, _ view: BatchView, _ pass: inout ChunkPass) throws -> Ending? {
        if let condemned = attempt.condemned, condemned.index == index {
            pass.add(condemned.fault, key: key(index, view))
            return nil
        }
        let row = view.row(index)
        let action =
            attempt.resolvesEachRecord ? try writer.writeResolved(row, view) : try writer.write(row, view)
        guard action == .error else {
            note(action, index, view, &pass)
            return nil
        }
        let isLost = writer.hasLostTransaction
        let fault = try writer.fault(row, view, at: chunk.batch.position(of: index))
        guard !isLost else { return .lost(index: index, fault) }
        pass.add(fault, key: key(index, view))
        return nil
    }

    private func note(_ action: RecordAction, _ index: Int, _ view: BatchView, _ pass: inout ChunkPass) {
        // Kept keys name every record by what the job goes by, which a record that it creates may bring as well.
        if let key = key(index, view) { return pass.add(action, key: key) }
        guard action == .created, let automatic = writer.automaticColumn else {
            if action == .created, chunk.plan.idColumn != nil, !chunk.options.keepsKeys {
                pass.add(createdKey: writer.recordKey(view.row(index), view) ?? .text(""))
            } else {
                pass.add(action, key: chunk.options.keepsKeys ? .text("") : nil)
            }
            return
        }
        pass.add(action, key: nil)
        let row = view.row(index)
        pass.add(createdKey: writer.lastKey, isMade: automatic.index.map { row[$0].isMissing } ?? true)
    }

    /// The record's key, where keys are kept and it has one.
    private func key(_ index: Int, _ view: BatchView) -> RecordKey? {
        guard chunk.options.keepsKeys else { return nil }
        return keys.map { $0[index] } ?? writer.key(view.row(index), view)
    }
}
