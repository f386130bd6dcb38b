import BulkModel
import Engine

extension ChunkTransaction {
    /// For jobs whose records nobody has counted: the chunk says whether it is the last. The job's row is locked.
    func advance(_ job: Job, by written: OptionedWriter.Written, _ session: Session) throws -> Job {
        let receipt = written.receipt
        let isLast = chunk.isLast && written.stop == nil
        guard isLast || receipt.recordCount > 0 else { return job }
        var machine = JobMachine(job)
        if let refusal = machine.advance(by: receipt, isLast: isLast, at: chunk.now) {
            throw StoreError(.jobMoved, "job \(job.id): \(refusal.message)")
        }
        let id = Parameter.storable(job.id.text)
        if machine.job.state.isTerminal {
            // What is told of the job's end stays.
            try session.run("SET LOCAL synchronous_commit TO DEFAULT")
            let sum = try session.execute(Statements.sumReceipts, [id]).integer(0, 0) ?? 0
            guard sum == machine.job.counts.read else {
                throw StoreError(
                    .failed,
                    "job \(job.id) has read \(machine.job.counts.read) records and receipts for \(sum)")
            }
        }
        try session.execute(Statements.moveCut, [id, .integer(machine.job.nextRecord)])
        try JobWriter.write(machine.job, since: job, session)
        return machine.job
    }
}
