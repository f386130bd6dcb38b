import BulkModel
import Engine

/// Jobs of a database, run by an engine in this process.
struct LocalDesk: JobDesk {
    let engine: BulkEngine
    let caller: Caller
    let database: DatabaseAddress

    /// Whom a load without a server acts for, unless `--tenant` says.
    static let tenant = "local"

    /// Opens the database (refused while a server has it, if that is SQLite), lends a desk on it, and closes it.
    static func lend<Result: Sendable>(
        _ options: DatabaseOptions, tenant: String?, environment: [String: String],
        _ body: @escaping @Sendable (any JobDesk) async throws(CommandFailure) -> Result
    ) async throws(CommandFailure) -> Result {
        let plan = try ServePlan.load(
            file: options.config, environment: environment, overrides: options.overrides)
        let workplace = try await Workplace.open(plan, scope: .own, observe: { _ in })
        defer { workplace.close() }
        let caller = Caller(credential: "local", tenant: TenantID(tenant ?? Self.tenant), scopes: [.admin])
        let desk = LocalDesk(engine: workplace.engine, caller: caller, database: plan.database)
        return try await workplace.whileRunning { () async throws(CommandFailure) in try await body(desk) }
    }

    func create(_ request: JobRequest) async throws(CommandFailure) -> JobView {
        var spec = JobSpec(
            tenant: caller.tenant, dialect: "bulk-jobs", operation: request.operation, table: request.table,
            format: request.format, compression: request.compression)
        spec.query = request.query
        spec.key = request.key
        let job = try await asking { () async throws(Refusal) in try await engine.create(spec, by: caller) }
        return view(job)
    }

    func upload(_ file: InputFile, to job: String, showing display: ProgressDisplay)
        async throws(CommandFailure)
    {
        let pieces = CountedPieces(pieces: file.pieces, display: display)
        _ = try await asking { () async throws(Refusal) in
            try await engine.receive(pieces, into: JobID(job), compression: nil, bytesMax: .max)
        }
    }

    func close(_ job: String) async throws(CommandFailure) {
        _ = try await asking { () async throws(Refusal) in try await engine.close(JobID(job), by: caller) }
    }

    func job(_ job: String, waitSeconds: Int) async throws(CommandFailure) -> JobView {
        let job = try await asking { () async throws(Refusal) in
            try await engine.wait(for: JobID(job), by: caller, atMost: .seconds(waitSeconds))
        }
        return view(job)
    }

    func results(
        of job: String, part: ResultRequest.Part, format: ContentFormat?, recordsMax: Int?,
        to sink: @Sendable ([UInt8]) throws -> Void
    ) async throws(CommandFailure) {
        let request = ResultRequest(part: part, format: format, recordsMax: recordsMax)
        let (spec, stream) = try await asking { () async throws(Refusal) in
            let spec = try await engine.job(JobID(job), for: caller).spec
            return (spec, try await engine.results(of: JobID(job), for: caller, request))
        }
        let packer = spec.operation == .query && spec.compression == .gzip ? GzipPacker() : nil
        do {
            try await stream.write { bytes in try sink(packer?.pack(bytes) ?? bytes) }
            if let packer { try sink(packer.finish()) }
        } catch {
            throw failure(error)
        }
    }

    func jobs(state: JobState?, limit: Int) async throws(CommandFailure) -> [JobView] {
        let page = try await asking { () async throws(Refusal) in
            try await engine.jobs(for: caller, state: state, limit: limit, after: nil)
        }
        return page.jobs.map(view)
    }

    func watchCommand(for job: String) -> String {
        "breakbulk serve --database \(database.option), which goes on with it"
    }

    private func view(_ job: Job) -> JobView { JobView(job, progress: engine.progress(of: job)) }

    private func asking<Value>(
        _ body: () async throws(Refusal) -> Value
    ) async throws(CommandFailure) -> Value {
        do {
            return try await body()
        } catch {
            throw CommandFailure(error)
        }
    }

    private func failure(_ error: any Error) -> CommandFailure {
        switch error {
        case let failure as CommandFailure: failure
        case let fault as FileFault: fault.failure
        case let refusal as Refusal: CommandFailure(refusal)
        default: CommandFailure(.refused, "The results cannot be read: \(error)")
        }
    }
}
