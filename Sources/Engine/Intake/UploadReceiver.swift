import BulkModel
import Formats
import Planning

/// Receives the body of an upload into a job: pulls a piece, has it stored, pulls the next.
struct UploadReceiver: Sendable {
    let core: EngineCore

    /// Reads the body to its end. When it fails, nothing of the upload stays and the job takes another one.
    func receive(
        _ body: ByteSequence, into id: JobID, compression: Compression?, bytesMax: Int
    ) async throws -> Job {
        guard core.gate.enter(id) else { throw Self.underWay }
        defer { core.gate.leave(id) }
        let job = try await core.holding(.upload(id)) { lock in
            guard let job = try await core.store.job(id) else { throw Refusal.jobNotFound }
            if let refusal = JobMachine.refusalOfUpload(to: job) { throw refusal }
            let isCompressed = job.spec.compression == .gzip || compression == .gzip
            let intake = UploadIntake(job, core: core, isCompressed: isCompressed)
            return try await take(body, into: job, intake, bytesMax: bytesMax, holding: lock)
        }
        guard let job else { throw Self.underWay }
        return job
    }

    private func take(
        _ body: ByteSequence, into job: Job, _ intake: UploadIntake, bytesMax: Int,
        holding lock: any NodeLock
    ) async throws -> Job {
        do {
            let begin = core.timing.elapsed()
            try await intake.begin()
            try await pull(body, into: job, intake, bytesMax: bytesMax, holding: lock)
            let (changed, byteCount) = try await finish(intake, of: job, holding: lock)
            core.observe(
                .uploadReceived(
                    job.id, bytes: byteCount, records: changed.counts.read,
                    duration: core.timing.elapsed() - begin))
            return changed
        } catch {
            let refusal = core.refusal(for: error, during: "upload")
            core.observe(.uploadRefused(job.id, refusal.code))
            await discard(intake)
            throw refusal
        }
    }

    /// Makes what was received the job's upload.
    private func finish(
        _ intake: UploadIntake, of job: Job, holding lock: any NodeLock
    ) async throws -> (job: Job, byteCount: Int) {
        let (step, finished) = try await intake.finish()
        try await settle(step, of: job, holding: lock)
        if let page = finished.page { try await save(page, of: job, holding: lock) }
        if let refusal = Self.refusalOnceLost(lock) { throw refusal }
        try await intake.commit()
        let event = JobEvent.uploaded(finished.upload, records: finished.recordCount)
        let changed = try await core.change(job.id, event, unless: { Self.refusalOnceLost(lock) }).get()
        return (changed, finished.upload.byteCount)
    }

    private static var underWay: Refusal {
        Refusal(
            .jobStateConflict, issue: "upload_in_progress",
            "Another upload to this job is under way; wait for it.")
    }

    /// Without the lock another node may be receiving the upload by now.
    private static func refusalOnceLost(_ lock: any NodeLock) -> Refusal? {
        if lock.isHeld { return nil }
        return Refusal(
            .uploadIncomplete,
            "The server lost its database during the upload; the job is still open, send the whole file again."
        )
    }

    private func pull<Body: AsyncSequence<[UInt8], any Error>>(
        _ body: Body, into job: Job, _ intake: UploadIntake, bytesMax: Int,
        holding lock: any NodeLock
    ) async throws {
        var pieces = body.makeAsyncIterator()
        var byteCount = 0
        while let piece = try await next(&pieces) {
            byteCount += piece.count
            guard byteCount <= bytesMax else {
                throw Refusal(
                    .payloadTooLarge, issue: "body_bytes",
                    "The body is over \(bytesMax) bytes; split it over several jobs.")
            }
            try await settle(try await intake.feed(piece), of: job, holding: lock)
        }
    }

    /// The next piece; whatever cut the body short is told as UPLOAD_INCOMPLETE, unless the front gave its
    /// own reason.
    private func next<Pieces: AsyncIteratorProtocol>(
        _ pieces: inout Pieces
    ) async throws(Refusal) -> [UInt8]? where Pieces.Element == [UInt8] {
        do {
            return try await pieces.next(isolation: #isolation)
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            throw Refusal(
                .uploadIncomplete,
                "The upload was cut short; the job is still open, send the whole file again.")
        }
    }

    /// Saves what a step brought, and refuses a header that the table does not fit while the sender still
    /// sends.
    private func settle(
        _ step: UploadIntake.Step, of job: Job, holding lock: any NodeLock
    ) async throws {
        if let shape = step.shape, shape.format == .csv {
            _ = try Planner.plan(job.spec, header: shape.columns, catalog: try await core.catalog())
        }
        for page in step.pages { try await save(page, of: job, holding: lock) }
    }

    private func save(_ page: SegmentPage, of job: Job, holding lock: any NodeLock) async throws {
        if let refusal = Self.refusalOnceLost(lock) { throw refusal }
        try await core.store.save(page, of: job.id, source: .upload)
    }

    private func discard(_ intake: UploadIntake) async {
        do {
            try await intake.discard()
        } catch {
            core.observe(.serviceFault("discard of an upload", cause: "\(error)"))
        }
    }
}
