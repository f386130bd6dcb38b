package import BulkModel

extension BulkEngine {
    /// A page of what became of the job's records, whatever kind of job it is; nothing of the upload is read.
    package func outcomes(
        of id: JobID, for caller: Caller, _ request: OutcomeRequest
    ) async throws(Refusal) -> OutcomePage {
        try await refusing("outcomes") {
            let job = try await find(id, for: caller)
            guard caller.may(readResultsOf: job.spec) else {
                throw caller.lacksScope(for: job.spec.operation)
            }
            return try await OutcomePages(core: core).page(request, of: job)
        }
    }

    /// The job with those that tried its records again; just the job for one that is a retry itself.
    package func family(of job: Job) async throws(Refusal) -> JobFamily {
        try await refusing("family") { try await core.family(of: job) }
    }

    /// Tries again what is left of an ended upload job and its retries: without a `body` the records that failed or were not
    /// reached, as they came (those that cannot be decoded stay as they are), else the corrected records of the body, in the
    /// job's format. After a corrected file, no body means what failed of that file alone: which records of the job it stood for
    /// is not known, and a record that was corrected must not come twice. Gives the new job, closed; its `parent` is the job
    /// that began it all, also when a retry's id was given.
    ///
    /// JOB_STATE_CONFLICT while the job or a retry of it runs, or nothing is left; RESULTS_EXPIRED once its data was swept.
    /// `reply` makes the answer that is kept in the transaction that closes the new job.
    package func retry(
        _ id: JobID, body: ByteSequence? = nil, compression: Compression = .none, bytesMax: Int = .max,
        by caller: Caller, reply: (@Sendable (Job) -> StoredReply?)? = nil
    ) async throws(Refusal) -> Job {
        let retry = JobRetry(core: core, caller: caller)
        return try await refusing("retry") {
            let job = try await findToRun(id, for: caller)
            let root = if let parent = job.spec.parent { try await find(parent, for: caller) } else { job }
            return try await retry.retry(
                root, body: body, compression: compression, bytesMax: bytesMax, reply: reply)
        }
    }
}

extension EngineCore {
    func family(of job: Job) async throws(StoreError) -> JobFamily {
        guard job.spec.parent == nil, job.spec.source == .upload, job.spec.operation.isWrite else {
            return JobFamily(job, retries: [])
        }
        let retries = try await jobs(in: Set(JobState.allCases)) { filter in
            filter.tenant = job.spec.tenant
            filter.parent = job.id
        }
        return JobFamily(job, retries: retries)
    }
}
