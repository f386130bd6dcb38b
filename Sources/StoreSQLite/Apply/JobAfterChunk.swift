import BulkModel
import Engine
import Planning

/// The job as a chunk's transaction leaves it.
enum JobAfterChunk {
    /// Throws `jobMoved` when the receipt is not what the job's checkpoint waits for, and `failed` when the last chunk
    /// would not end the job: better no end than a false one.
    static func job(_ job: Job, chunk: Chunk, receipt: ChunkReceipt) throws(StoreError) -> Job {
        var machine = JobMachine(job)
        if let refusal = machine.advance(by: receipt, at: chunk.now) {
            throw StoreError(.jobMoved, "job \(job.id): \(refusal.message)")
        }
        let isCovered = chunk.start + receipt.recordCount == chunk.batch.recordCount
        guard !chunk.isLast || !isCovered || machine.job.state.isTerminal else {
            throw StoreError(
                .failed,
                "job \(job.id) has read \(job.counts.read) records, but its last chunk ends at "
                    + "\(machine.job.nextRecord - 1)")
        }
        return machine.job
    }
}
