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
        guard core.gate.enter(id) else {
            throw Refusal(
                .jobStateConflict, issue: "upload_in_progress",
                "Another upload to this job is under way; wait for it.")
        }
        defer { core.gate.leave(id) }
        guard let job = try await core.store.job(id) else { throw Refusal.jobNotFound }
        if let refusal = JobMachine.refusalOfUpload(to: job) { throw refusal }
        let isCompressed = job.spec.compression == .gzip || compression == .gzip
        let intake = UploadIntake(job, core: core, isCompressed: isCompressed)
        do {
            return try await take(body, into: job, intake, bytesMax: bytesMax)
        } catch {
            let refusal = core.refusal(for: error, during: "upload")
            core.observe(.uploadRefused(job.id, refusal.code))
            await discard(intake)
            throw refusal
        }
    }

    private func take(
        _ body: ByteSequence, into job: Job, _ intake: UploadIntake, bytesMax: Int
    ) async throws -> Job {
        let begin = core.timing.elapsed()
        try await intake.begin()
        try await pull(body, into: job, intake, bytesMax: bytesMax)
        let (step, finished) = try await intake.finish()
        try await settle(step, of: job)
        if let page = finished.page { try await core.store.save(page, of: job.id, source: .upload) }
        let event = JobEvent.uploaded(finished.upload, records: finished.recordCount)
        let changed = try await core.change(job.id, event).get()
        core.observe(
            .uploadReceived(
                job.id, bytes: finished.upload.byteCount, records: finished.recordCount,
                duration: core.timing.elapsed() - begin))
        return changed
    }

    private func pull<Body: AsyncSequence<[UInt8], any Error>>(
        _ body: Body, into job: Job, _ intake: UploadIntake, bytesMax: Int
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
            try await settle(try await intake.feed(piece), of: job)
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
    private func settle(_ step: UploadIntake.Step, of job: Job) async throws {
        if let shape = step.shape, shape.format == .csv {
            _ = try Planner.plan(job.spec, header: shape.columns, catalog: try await core.catalog())
        }
        for page in step.pages { try await core.store.save(page, of: job.id, source: .upload) }
    }

    private func discard(_ intake: UploadIntake) async {
        do {
            try await intake.discard()
        } catch {
            core.observe(.serviceFault("discard of an upload", cause: "\(error)"))
        }
    }
}
