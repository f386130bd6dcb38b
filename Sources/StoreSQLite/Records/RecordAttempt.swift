import BulkModel
import Engine

/// How a transaction over records is to be gone through this time, given what earlier runs of it ran into.
struct RecordAttempt {
    /// Records whose triggers rolled everything back: their outcomes are these faults, and they are not tried again.
    private var condemned: [Place: Fault] = [:]
    /// Every record must leave all its references resolved by itself.
    private(set) var resolvesEachRecord = false
    private var lossCount = 0

    /// A record by the write (from 1) that brings it and its index there.
    private struct Place: Hashable {
        var write: Int
        var index: Int
    }

    /// What a run came to that cannot be committed.
    enum Lesson {
        /// The record's trigger rolled the transaction back.
        case lost(write: Int, index: Int, Fault)
        /// References are left open that only the commit would refuse.
        case unresolved
    }

    /// Each loss costs a run of the whole transaction.
    private static let lossesMax = 64

    func fault(ofWrite write: Int, index: Int) -> Fault? {
        condemned.isEmpty ? nil : condemned[Place(write: write, index: index)]
    }

    /// Throws `failed` when there is no end to the losses.
    mutating func learn(_ lesson: Lesson) throws(StoreError) {
        switch lesson {
        case .lost(let write, let index, let fault):
            lossCount += 1
            guard lossCount <= Self.lossesMax else {
                throw StoreError(
                    .failed,
                    "triggers rolled a transaction back for more than \(Self.lossesMax) records; "
                        + "let them RAISE(ABORT) instead of RAISE(ROLLBACK)")
            }
            condemned[Place(write: write, index: index)] = fault
        case .unresolved:
            resolvesEachRecord = true
            // What was written before may fail now, so that the writes are others.
            condemned = [:]
        }
    }
}
