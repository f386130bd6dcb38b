import BulkModel
import Engine

/// The job as a chunk's transaction leaves it.
enum JobAfterChunk {
    /// Throws `jobMoved` when the receipt is not what the job's checkpoint waits for.
    static func job(_ job: Job, chunk: Chunk, receipt: ChunkReceipt) throws(StoreError) -> Job {
        var machine = JobMachine(job)
        if let refusal = machine.advance(by: receipt, at: chunk.now) {
            throw StoreError(.jobMoved, "job \(job.id): \(refusal.message)")
        }
        return machine.job
    }
}
