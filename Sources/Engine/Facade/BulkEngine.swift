package import BulkModel
package import Planning

/// What dialects ask of the engine; no dialect touches a store.
package struct BulkEngine: Sendable {
    let core: EngineCore

    /// `uploads` is the folder of uploads and results; it is made when it is first needed. With `worksOnOwnJobsOnly` the
    /// runner leaves all jobs alone that were not created by this engine.
    package init(
        store: any Store, limits: Limits, uploads: String, rules: [String: TableRules], clock: WallClock,
        timing: EngineTiming = .system(), makeDigest: @escaping @Sendable () -> any StreamDigest,
        worksOnOwnJobsOnly: Bool = false, observe: @escaping @Sendable (Observation) -> Void
    ) {
        core = EngineCore(
            store: store, limits: limits, folder: UploadFolder(root: uploads), rules: rules, clock: clock,
            timing: timing, makeDigest: makeDigest, observe: observe,
            ownJobs: worksOnOwnJobsOnly ? OwnJobs() : nil)
    }

    /// The service that runs this engine's jobs.
    package func makeRunner() -> Runner { Runner(core: core) }

    /// The service that expires and removes this engine's jobs.
    package func makeSweeper() -> Sweeper { Sweeper(core: core) }

    /// Creates a job; refuses at once what can be known to fail (table, key, scopes, too many jobs, SQL that
    /// does not compile). The tenant and the tables of a query are the caller's, whatever the spec says.
    package func create(_ spec: JobSpec, by caller: Caller) async throws(Refusal) -> Job {
        try await refusing("create") { try await JobCreation(core: core).create(spec, by: caller) }
    }

    /// The caller's job; JOB_NOT_FOUND when there is none or it is another tenant's.
    package func job(_ id: JobID, for caller: Caller) async throws(Refusal) -> Job {
        try await refusing("job") { try await find(id, for: caller) }
    }

    /// Newest first; `next` is the place after the last one given, nil at the end. Nil `states` are all.
    package func jobs(
        for caller: Caller, states: Set<JobState>?, limit: Int, after cursor: JobFilter.Cursor?
    ) async throws(Refusal) -> (jobs: [Job], next: JobFilter.Cursor?) {
        let wanted = min(max(1, limit), core.limits.listLimitMax)
        let filter = JobFilter(tenant: caller.tenant, states: states, before: cursor, limit: wanted + 1)
        let found = try await refusing("jobs") { try await core.store.jobs(filter) }
        guard found.count > wanted else { return (found.filter { caller.may(see: $0.spec) }, nil) }
        let page = found.prefix(wanted)
        return (
            page.filter { caller.may(see: $0.spec) },
            page.last.map { JobFilter.Cursor(createdAt: $0.createdAt, id: $0.id) }
        )
    }

    /// As `jobs(for:states:limit:after:)` for one state, nil for all.
    package func jobs(
        for caller: Caller, state: JobState?, limit: Int, after cursor: JobFilter.Cursor?
    ) async throws(Refusal) -> (jobs: [Job], next: JobFilter.Cursor?) {
        try await jobs(for: caller, states: state.map { [$0] }, limit: limit, after: cursor)
    }

    /// Checks that the job can take an upload (open, a write operation, none yet, none under way).
    package func checkUploadable(_ id: JobID, for caller: Caller) async throws(Refusal) -> Job {
        try await refusing("checkUploadable") {
            let job = try await findToRun(id, for: caller)
            if let refusal = JobMachine.refusalOfUpload(to: job) { throw refusal }
            return job
        }
    }

    /// Reads the body to its end into the job's upload: decompresses, splits, refuses bad headers at once.
    /// `bytesMax` bounds the body as sent. Cut short: the job stays open and takes another PUT. The caller
    /// has proved its right to this job by the signed URL.
    package func receive(
        _ body: ByteSequence, into id: JobID, compression: Compression?, bytesMax: Int
    ) async throws(Refusal) -> Job {
        let receiver = UploadReceiver(core: core)
        return try await refusing("receive") {
            try await receiver.receive(body, into: id, compression: compression, bytesMax: bytesMax)
        }
    }

    /// Lets the job run; a write job needs its upload first, and one without records completes at once. A `reply` is kept
    /// in the transaction that closes it, so that who asks again gets it just if the job was closed.
    package func close(
        _ id: JobID, by caller: Caller, saving reply: StoredReply? = nil
    ) async throws(Refusal) -> Job {
        try await refusing("close") {
            _ = try await findToRun(id, for: caller)
            return try await core.close(id, saving: reply)
        }
    }

    /// Stops the job; what is committed stays, the rest is unprocessed.
    package func abort(_ id: JobID, by caller: Caller) async throws(Refusal) -> Job {
        try await refusing("abort") {
            _ = try await findToRun(id, for: caller)
            return try await core.change(id, .abort).get()
        }
    }

    /// Aborts the job if it is still open, else leaves it alone: for those who create and close a job in one go, and do not
    /// know after a failure whether it was closed.
    package func discard(_ id: JobID, by caller: Caller) async throws(Refusal) {
        try await refusing("discard") {
            _ = try await findToRun(id, for: caller)
            try await core.discard(id)
        }
    }

    /// Waits until the job has ended, at most `duration`; gives the job as it then is.
    package func wait(
        for id: JobID, by caller: Caller, atMost duration: Duration
    ) async throws(Refusal) -> Job {
        try await refusing("wait") {
            let deadline = core.timing.elapsed() + duration
            while true {
                let version = core.signals.version
                let job = try await find(id, for: caller)
                let remaining = deadline - core.timing.elapsed()
                guard !job.state.isTerminal, remaining > .zero, !Task.isCancelled else { return job }
                await core.signals.wait(
                    for: .ended(id), after: version, atMost: min(remaining, EngineCore.pollInterval),
                    sleep: core.timing.sleep)
            }
        }
    }

    /// How far the job is now.
    package func progress(of job: Job) -> JobProgress { JobProgress(of: job, now: core.clock.now()) }

    /// Results of an ended job, or (data jobs) the outcomes so far of a running one.
    package func results(
        of id: JobID, for caller: Caller, _ request: ResultRequest
    ) async throws(Refusal) -> ResultStream {
        try await refusing("results") {
            let job = try await find(id, for: caller)
            guard caller.may(readResultsOf: job.spec) else {
                throw caller.lacksScope(for: job.spec.operation)
            }
            return try await ResultOpening(core: core).open(request, of: job)
        }
    }

    /// Fails when the store can't answer: for `/readyz`.
    package func checkReady() async throws(Refusal) {
        try await refusing("checkReady") { _ = try await core.store.tables() }
    }

    func find(_ id: JobID, for caller: Caller) async throws -> Job {
        guard let job = try await core.store.job(id), caller.may(see: job.spec) else {
            throw Refusal.jobNotFound
        }
        return job
    }

    /// The job, for a call that changes it.
    func findToRun(_ id: JobID, for caller: Caller) async throws -> Job {
        let job = try await find(id, for: caller)
        guard caller.may(run: job.spec) else { throw caller.lacksScope(for: job.spec.operation) }
        return job
    }

    /// Makes one refusal of whatever the step throws.
    func refusing<Value>(
        _ step: String, _ body: () async throws -> Value
    ) async throws(Refusal) -> Value {
        do {
            return try await body()
        } catch {
            throw core.refusal(of: error, during: step)
        }
    }
}
