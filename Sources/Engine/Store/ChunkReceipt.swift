package import BulkModel
package import Formats

/// What became of a run of records, stored in the transaction that did it.
///
/// Compact: successes are runs, only failures are rows of their own.
package struct ChunkReceipt: Hashable, Sendable {
    /// Number (from 1) of its first record.
    package var firstRecord: Int
    /// What became of each record, in file order.
    package var actions: ActionRuns
    /// Keys that the database made, in file order, one for each `created` record; empty when the input had the keys. Where
    /// the chunk keeps keys (`ChunkOptions.keepsKeys`): one for every record, failed ones included.
    package var keys: GeneratedKeys
    /// Failures; `index` counts from `firstRecord`; exactly the records whose action is `error`.
    package var faults: [RecordFault]
    /// When it was written; nil in receipts of the first versions.
    package var appliedAt: Timestamp?

    package var recordCount: Int { actions.recordCount }
    /// Numbers (from 1) of the records it is about.
    package var records: Range<Int> { firstRecord..<firstRecord + recordCount }

    package init(
        firstRecord: Int, actions: ActionRuns, keys: GeneratedKeys, faults: [RecordFault],
        appliedAt: Timestamp? = nil
    ) {
        self.appliedAt = appliedAt
        self.firstRecord = firstRecord
        self.actions = actions
        self.keys = keys
        self.faults = faults
    }
}
