import BulkModel
import Planning

/// What the engine's parts work with: handed over once, never changed.
struct EngineCore: Sendable {
    let store: any Store
    let limits: Limits
    let folder: UploadFolder
    let rules: [String: TableRules]
    let clock: WallClock
    let timing: EngineTiming
    let makeDigest: @Sendable () -> any StreamDigest
    let observe: @Sendable (Observation) -> Void
    let signals = JobSignals()
    let gate = UploadGate()
    let names = NameGate()
    let streams = StreamDesk()
    /// Nil: this process works on all jobs. Else on those alone that it has created itself.
    let ownJobs: OwnJobs?

    /// How often others' changes to the job tables are looked for.
    static let pollInterval = Duration.seconds(1)

    /// The store as one that other nodes write to as well; nil when this is the only node.
    var sharedStore: (any SharedStore)? { store as? any SharedStore }

    /// The tables as the database has them now.
    func catalog() async throws(StoreError) -> Catalog {
        Catalog(tables: try await store.tables(), rules: rules)
    }

    /// Lets the event happen to the job, durably, unless there is a refusal in the very moment; wakes those who wait for
    /// its end.
    func change(
        _ id: JobID, _ event: JobEvent, unless refusal: @escaping @Sendable () -> Refusal? = { nil }
    ) async throws(StoreError) -> Result<Job, Refusal> {
        let change = JobMachine.change(event, at: clock.now())
        let result = try await store.change(id) { job in refusal() ?? change(&job) }
        if case .success(let job) = result, job.state.isTerminal { noteEnd(of: job) }
        return result
    }

    /// Aborts the job if it is still open. The close of one that is not may have been committed although its answer was lost:
    /// it was accepted, and runs.
    func discard(_ id: JobID) async throws(StoreError) {
        let abort = JobMachine.change(.abort, at: clock.now())
        let result = try await store.change(id) { job in
            guard job.state == .open else {
                return Refusal(.jobStateConflict, issue: "not_open", "The job is not open any more.")
            }
            return abort(&job)
        }
        if case .success(let job) = result { noteEnd(of: job) }
    }

    /// Reports the end of a job and wakes those who wait for it.
    func noteEnd(of job: Job) {
        let begin = job.startedAt ?? job.createdAt
        let duration = max(.zero, (job.endedAt ?? begin).since(begin))
        observe(.jobEnded(job.id, job.state, job.counts, duration: duration))
        signals.notify(.ended(job.id))
    }

    /// As `refusal(for:during:)`; wrong books are observed with their place.
    func refusal(of error: any Error, during step: String) -> Refusal {
        guard let books = error as? BooksError else { return refusal(for: error, during: step) }
        let reason = discredit(books.cause)
        return Refusal(reason.code, reason.message)
    }

    /// What to tell the caller of a failure; faults of the server are observed, their cause stays in the log.
    func refusal(for error: any Error, during step: String) -> Refusal {
        if let refusal = error as? Refusal { return refusal }
        let refusal = Refusal(cause: error)
        if refusal.code == .internalError { observe(.serviceFault(step, cause: "\(error)")) }
        return refusal
    }
}
