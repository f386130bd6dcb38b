package import BulkModel

/// What a store did with a chunk: the receipt it wrote and the job as the transaction left it.
package struct AppliedChunk: Sendable {
    package let receipt: ChunkReceipt
    package let job: Job

    package init(receipt: ChunkReceipt, job: Job) {
        self.receipt = receipt
        self.job = job
    }
}
