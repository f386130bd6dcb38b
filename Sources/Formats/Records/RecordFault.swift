package import BulkModel

/// A fault and the record of its batch that it belongs to.
package struct RecordFault: Hashable, Sendable {
    /// Index within the batch, from 0.
    package var index: Int
    package var fault: Fault

    package init(index: Int, fault: Fault) {
        self.index = index
        self.fault = fault
    }
}
