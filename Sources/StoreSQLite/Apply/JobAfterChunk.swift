import BulkModel
import Engine
import Planning

/// The job as a chunk's transaction leaves it.
enum JobAfterChunk {
    /// Throws `jobMoved` when the receipt is not what the job's checkpoint waits for, and `failed` when the last chunk
    /// would not end the job: better no end than a false one. `isStopped`: a record with one error too many is behind it.
    static func job(
        _ job: Job, chunk: Chunk, receipt: ChunkReceipt, isStopped: Bool
    ) throws(StoreError) -> Job {
        let isCovered = !isStopped && chunk.start + receipt.recordCount == chunk.batch.recordCount
        var machine = JobMachine(job)
        let refusal =
            job.spec.source == .upload
            ? machine.advance(by: receipt, at: chunk.now)
            : machine.advance(by: receipt, isLast: chunk.isLast && isCovered, at: chunk.now)
        if let refusal { throw StoreError(.jobMoved, "job \(job.id): \(refusal.message)") }
        guard !chunk.isLast || !isCovered || machine.job.state.isTerminal else {
            throw StoreError(
                .failed,
                "job \(job.id) has read \(job.counts.read) records, but its last chunk ends at "
                    + "\(machine.job.nextRecord - 1)")
        }
        return machine.job
    }

    /// The job after a last chunk that found no record.
    static func ended(_ job: Job, firstRecord: Int, at now: Timestamp) throws(StoreError) -> AppliedChunk {
        let receipt = ChunkReceipt(
            firstRecord: firstRecord, actions: ActionRuns(), keys: .none, faults: [], appliedAt: now)
        var machine = JobMachine(job)
        if let refusal = machine.advance(by: receipt, isLast: true, at: now) {
            throw StoreError(.jobMoved, "job \(job.id): \(refusal.message)")
        }
        return AppliedChunk(receipt: receipt, job: machine.job)
    }
}
