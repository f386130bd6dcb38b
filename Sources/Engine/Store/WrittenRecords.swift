package import BulkModel
package import Formats
package import Planning

/// What became of the records of one `RecordSession.write`.
package struct WrittenRecords: Sendable {
    /// One for each record of the batch.
    package var actions: [RecordAction]
    /// Rising by index (from 0 in the batch); exactly the records whose action is `error`.
    package var faults: [RecordFault]
    /// One for each record: what the database made, else what the batch says; nil for failed ones whose key is not known.
    package var keys: [RecordKey?]

    package init(actions: [RecordAction], faults: [RecordFault], keys: [RecordKey?]) {
        self.actions = actions
        self.faults = faults
        self.keys = keys
    }
}
