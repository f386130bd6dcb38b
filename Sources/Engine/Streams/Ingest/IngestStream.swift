import BulkModel
import Formats
import Planning

/// One operation whose records are a body's, ready to run for its reader.
struct IngestStream: Sendable {
    let core: EngineCore
    let job: JobID
    let plan: Plan
    let options: StreamOptions
    let behind: Int
    let body: any BodyReading
    let intake: IngestIntake

    /// How long, and how often, the end of a lost stream of the same operation is waited for.
    private static let lockTries = 50
    private static let lockWait = Duration.milliseconds(100)

    /// Runs it; one stream of an operation at a time, over all nodes: the marks of a body have one writer.
    func run(_ deliver: OutcomeStream.Delivery) async throws {
        for _ in 0..<Self.lockTries {
            if try await holdingLock({ lock in try await run(deliver, holding: lock) }) { return }
            try await core.timing.sleep(Self.lockWait)
        }
        throw Refusal(
            .serviceUnavailable, issue: "stream_in_progress",
            "Another stream of this operation is open; wait for its end.", retryAfterSeconds: 1)
    }

    /// False when another stream of the operation is open.
    private func holdingLock(_ body: (any NodeLock) async throws -> Void) async throws -> Bool {
        guard core.gate.enter(job) else { return false }
        defer { core.gate.leave(job) }
        return try await core.holding(.upload(job), body) != nil
    }

    private func run(_ deliver: OutcomeStream.Delivery, holding lock: any NodeLock) async throws {
        do {
            let job = try await begin()
            let mailbox = BodyMailbox(sleep: core.timing.sleep)
            let queue = OutcomeQueue(committed: job.nextRecord - 1)
            var teller = try await OutcomeTeller(
                job, behind: behind, options: options, core: core, queue: queue)
            let driver = IngestDriver(
                job, plan: plan, options: options, core: core, intake: intake, mailbox: mailbox,
                queue: queue, lock: lock)
            async let work: Void = work(driver, mailbox, queue)
            let ending = await Self.result { try await teller.run(deliver) }
            if case .failure = ending, !options.runsOnAlone { mailbox.close() }
            await work
            if case .failed(let error) = try ending.get() { throw error }
        } catch let error where Self.isTold(error) {
            throw core.refusal(of: error, during: "ingest")
        }
    }

    /// Failures of ours become refusals; what the reader threw stays as it is.
    private static func isTold(_ error: any Error) -> Bool {
        error is StoreError || error is FormatError || error is BooksError
    }

    private static func result<Value>(_ body: () async throws -> Value) async -> Result<Value, any Error> {
        do {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }

    /// Takes in and applies the body beside whoever tells of it.
    private func work(_ driver: consuming sending IngestDriver, _ mailbox: BodyMailbox, _ queue: OutcomeQueue)
        async
    {
        var driver = driver
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await pull(into: mailbox) }
            let ending = await driver.run()
            mailbox.close()
            queue.finish(ending)
            group.cancelAll()
        }
    }

    private func pull(into mailbox: BodyMailbox) async {
        do {
            while let piece = try await body.next() {
                await mailbox.put(.piece(piece))
                if mailbox.isClosed { return }
            }
            await mailbox.put(.end)
        } catch {
            await mailbox.put(.failed(error))
        }
    }

    /// Finds out where the operation stands, now that nobody else is at it, and readies the intake for that.
    private func begin() async throws -> Job {
        let (id, store) = (self.job, core.store)
        let found = try await core.patiently(for: id) { () async throws(StoreError) in try await store.job(id)
        }
        guard let job = found else { throw Refusal.jobNotFound }
        if let refusal = IngestOpening.refusalOfGoingOn(job, behind: behind) { throw refusal }
        try await core.clearStop(of: job)
        let upload = await Upload(intake.shape)
        let recipe = ChunkRecipe(
            job, upload: upload, plan: plan, limits: core.limits, making: core.making)
        await intake.begin(
            recipe, at: job.nextRecord, mark: try await trimMarks(of: job),
            keepsRaw: options.errorsMax != nil,
            fetchMarks: { [core] record in
                try await core.patiently(for: id) { () async throws(StoreError) in
                    try await store.segmentPage(holding: record, of: id, source: .upload)
                }
            })
        return job
    }

    /// Removes marks of what was not committed; gives the end of the others.
    private func trimMarks(of job: Job) async throws -> Position {
        let (id, store, next) = (job.id, core.store, job.nextRecord)
        guard next > 1 else { return Position(record: 1, line: 1, byte: 0) }
        let page = try await core.patiently(for: id) { () async throws(StoreError) in
            try await store.segmentPage(holding: next - 1, of: id, source: .upload)
        }
        let kept = (page?.segments ?? []).filter { $0.origin.record < next }
        guard let page, let last = kept.last else {
            throw BooksError("no marks of the body at record \(next - 1)")
        }
        if kept.count < page.segments.count {
            try await core.patiently(for: id) { () async throws(StoreError) in
                try await store.save(SegmentPage(segments: kept), of: id, source: .upload)
            }
        }
        return Position(
            record: last.origin.record + last.recordCount, line: last.origin.line, byte: last.endByte)
    }
}

extension Upload {
    /// What a chunk's recipe must know of a body that is not stored.
    fileprivate init(_ shape: InputShape?) {
        self.init(
            byteCount: 0, digest: "", header: shape?.columns ?? [], delimiter: shape?.delimiter ?? 0,
            endsLinesWithCR: shape?.endsLinesWithCR ?? false)
    }
}
