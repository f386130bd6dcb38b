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
        try caller.check(use: asked.table, in: catalog, field: "table")
        try options.check(core.limits)
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
        return try await StreamCreation(core: core).create(
            spec, recordCount: 0, request: IngestMemo(isDryRun: options.isDryRun).bytes)
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
            try IngestMemo(bytes, limits: core.limits).isDryRun == options.isDryRun
        else { throw Refusal.otherRequest }
    }
}
