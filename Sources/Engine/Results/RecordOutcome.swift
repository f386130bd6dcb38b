package import BulkModel
package import Planning

/// What became of one record of a job.
package struct RecordOutcome: Hashable, Sendable {
    /// From 1.
    package var record: Int
    /// Nil while, or for ever when, nothing has become of it; `error` has a fault.
    package var action: RecordAction?
    /// The record's key, where the receipts have it: what the database made, and all of a selection.
    package var key: RecordKey?
    package var fault: Fault?

    package init(record: Int, action: RecordAction?, key: RecordKey? = nil, fault: Fault? = nil) {
        self.record = record
        self.action = action
        self.key = key
        self.fault = fault
    }
}
