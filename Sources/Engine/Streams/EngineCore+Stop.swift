import BulkModel
import Formats

extension EngineCore {
    /// Notes beside the operation what stopped it, durably, so that it does not go on by itself; gives the job as it then
    /// is. The next chunk that commits takes the note away.
    func note(_ stop: AppliedChunk.Stop, of job: Job) async throws -> Job {
        let record = job.nextRecord
        let code = stop.fault.fault.code
        let reason = Job.Reason(
            code: code,
            message: "It stopped before record \(record) at \(code.rawValue); resume it with its cursor, "
                + "or abort it.")
        let result = try await patiently(for: job.id) { () async throws(StoreError) in
            try await store.change(job.id, JobMachine.resting(before: record, for: reason))
        }
        // Else another reader went on meanwhile, or somebody ended it: then it does not rest here.
        guard case .success(let noted) = result else { return job }
        return noted
    }

    /// Somebody goes on with the operation: what stopped it holds no longer.
    func clearStop(of job: Job) async throws {
        guard job.reason != nil, job.state == .inProgress else { return }
        // Refused when it has ended meanwhile, which whoever goes on sees for himself.
        _ = try await patiently(for: job.id) { () async throws(StoreError) in
            try await store.change(job.id, JobMachine.waiting(for: nil))
        }
    }
}
