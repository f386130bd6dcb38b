import BulkModel
import Formats
import Planning

/// Begins streams of given records: everything that can be known to fail later is refused now.
struct IngestOpening: Sendable {
    let core: EngineCore
    let options: StreamOptions
    let caller: Caller

    func open(
        _ asked: JobSpec, _ body: ByteSequence, compression: Compression,
        resuming: (id: JobID, behind: Int)?
    ) async throws -> OutcomeStream {
        let catalog = try await core.catalog()
        let spec = try check(asked, compression: compression, in: catalog)
        if let resuming { try await checkResumable(resuming.id, behind: resuming.behind, as: spec) }
        let intake = IngestIntake(
            spec, limits: core.limits, segmentRecordsMax: segmentRecordsMax,
            isCompressed: compression == .gzip)
        let reader = Self.reader(of: body)
        let shape = try await shape(of: reader, into: intake)
        let plan = try Planner.plan(
            spec, header: spec.format == .csv ? shape?.columns ?? [] : nil, catalog: catalog)
        let job = try await begin(spec, resuming: resuming?.id)
        let stream = IngestStream(
            core: core, job: job.id, plan: plan, options: options, behind: resuming?.behind ?? 0,
            body: reader, intake: intake)
        return OutcomeStream(
            job: job, behind: stream.behind, isResumed: resuming != nil, recordCount: nil,
            isDryRun: options.isDryRun
        ) { deliver in try await stream.run(deliver) }
    }

    /// Why a stream of the job cannot go on behind that record; nil when it can.
    static func refusalOfGoingOn(_ job: Job, behind: Int) -> Refusal? {
        if job.isSwept { return .swept(job) }
        guard job.state == .inProgress || job.state == .jobComplete else { return Refusal(endOf: job) }
        guard (0..<job.nextRecord).contains(behind) else { return .cursorAhead(behind, of: job) }
        return nil
    }

    private func check(
        _ asked: JobSpec, compression: Compression, in catalog: Catalog
    ) throws(Refusal) -> JobSpec {
        guard asked.operation.isWrite, asked.query == nil else {
            throw Refusal(.invalidRequest, "Records in a body are inserted, updated, upserted or deleted.")
        }
        guard caller.may(run: asked) else { throw caller.lacksScope(for: asked.operation) }
        guard catalog.tables[asked.table] != nil, caller.may(use: asked.table) else {
            throw Refusal(
                .tableNotFound, "There is no table `\(asked.table)`, or the credential may not use it.")
        }
        let recordsMax = core.limits.streamChunkRecordsMax
        if let records = options.chunkRecords, !(1...recordsMax).contains(records) {
            throw Refusal(.invalidRequest, "A chunk holds 1 to \(recordsMax) records.")
        }
        if let errorsMax = options.errorsMax, errorsMax < 1 {
            throw Refusal(.invalidRequest, "The number of errors that ends a stream is at least 1.")
        }
        var spec = asked
        spec.tenant = caller.tenant
        spec.source = .stream
        spec.compression = compression
        spec.chunkRecords = nil
        spec.queryTables = []
        try Planner.check(spec, catalog: catalog)
        return spec
    }

    /// The greatest part of the wanted chunk that segments may have, so that they fill it exactly.
    private var segmentRecordsMax: Int {
        let most = core.limits.segmentRecordsMax
        guard let records = options.chunkRecords else { return most }
        return (1...max(1, min(records, most))).last { records % $0 == 0 } ?? 1
    }

    private static func reader<Body: AsyncSequence<[UInt8], any Error> & Sendable>(
        of body: Body
    ) -> any BodyReading { BodyReader(body) }

    /// Reads as much of the body as tells its shape; nothing where that is known beforehand.
    private func shape(of body: any BodyReading, into intake: IngestIntake) async throws -> InputShape? {
        while true {
            if let shape = await intake.shape { return shape }
            if try await intake.advance() { continue }
            guard let piece = try await body.next() else {
                try await intake.finish()
                return await intake.shape
            }
            try await intake.take(piece)
        }
    }

    /// The job: a new one, in progress from the start, or the one to go on with as it now is.
    private func begin(_ spec: JobSpec, resuming known: JobID?) async throws -> Job {
        if let known {
            guard let job = try await core.store.job(known) else { throw Refusal.jobNotFound }
            return job
        }
        let now = core.clock.now()
        let id = JobNaming.make(prefix: JobNaming.streamPrefix, random: core.timing.random)
        var machine = JobMachine(Job(id: id, spec: spec, createdAt: now))
        for event in [JobEvent.close, .start] {
            if let refusal = machine.event(event, at: now) { throw refusal }
        }
        core.ownJobs?.insert(id)
        try await core.store.insert(
            machine.job, request: IngestRequest(options).bytes, activeMax: core.limits.streamsPerTenantMax)
        core.observe(
            .jobCreated(id, tenant: spec.tenant, operation: spec.operation, table: spec.table))
        return machine.job
    }

    /// Refuses what is not the operation that the caller began, or cannot go on there.
    private func checkResumable(_ id: JobID, behind: Int, as spec: JobSpec) async throws {
        guard let job = try await core.store.job(id), caller.may(see: job.spec) else {
            throw Refusal.jobNotFound
        }
        var same = spec
        (same.dialect, same.compression) = (job.spec.dialect, job.spec.compression)
        guard job.spec == same else { throw Refusal.otherRequest }
        if let refusal = Self.refusalOfGoingOn(job, behind: behind) { throw refusal }
        guard let bytes = try await core.store.request(of: id),
            try IngestRequest(bytes, limits: core.limits).isDryRun == options.isDryRun
        else { throw Refusal.otherRequest }
    }
}
