package import BulkModel
package import Formats
package import Planning

/// What a store did with a chunk: the receipt it wrote and the job as the transaction left it.
package struct AppliedChunk: Sendable {
    package let receipt: ChunkReceipt
    package let job: Job
    /// The record that the chunk stopped before, because it was the last error allowed (`ChunkOptions.errorsMax`): it is in
    /// no receipt, nothing behind it was applied, and `index` counts from the chunk's first record.
    package let stop: Stop?

    /// A record that stopped its chunk.
    package struct Stop: Hashable, Sendable {
        package var fault: RecordFault
        /// Its key, where the chunk keeps keys; nil when it has none.
        package var key: RecordKey?

        package init(fault: RecordFault, key: RecordKey?) {
            self.fault = fault
            self.key = key
        }
    }

    package init(receipt: ChunkReceipt, job: Job, stop: Stop? = nil) {
        self.receipt = receipt
        self.job = job
        self.stop = stop
    }
}
