import BulkModel
import Formats
import Planning

/// Looks at every record of a stored upload before any is applied.
struct UploadValidation: Sendable {
    let core: EngineCore

    /// Records that are decoded and bound at a time.
    private static let recordsAtATime = 4096

    /// Throws VALIDATION_ERROR, and fails the job, when any record is faulty.
    func validate(_ job: Job) async throws {
        // What must hold of a job that is to be closed must hold here.
        var closed = job
        if let refusal = JobMachine.closing(at: core.clock.now())(&closed) { throw refusal }
        guard job.counts.read > 0 else { return }
        guard let refusal = try await refusal(of: job) else { return }
        let reason = Job.Reason(code: refusal.code, message: refusal.message)
        let change = JobMachine.failingUnrun(reason, at: core.clock.now())
        core.noteEnd(of: try await core.store.change(job.id, change).get())
        throw refusal
    }

    /// What is wrong with the records; nil when nothing is.
    private func refusal(of job: Job) async throws -> Refusal? {
        let recipe = try await core.recipe(for: job)
        let preparer = ChunkPreparer()
        var details: [Refusal.Detail] = []
        var faultyCount = 0
        var record = 1
        var page: SegmentPage?
        while record <= job.counts.read {
            if page?.holds(record) != true {
                page = try await core.store.segmentPage(holding: record, of: job.id, source: .upload)
            }
            let count = min(Self.recordsAtATime, recipe.recordsMax)
            let run = page.flatMap {
                SegmentRun(from: record, in: $0, records: count, bytesMax: core.limits.chunkBytesMax)
            }
            guard let run else { throw BooksError("no segment holds record \(record)") }
            let batch = try await prepare(run, of: recipe, by: preparer)
            faultyCount += batch.faults.count
            for fault in batch.faults.prefix(core.limits.detailsMax - details.count) {
                details.append(Self.detail(of: fault.fault))
            }
            record = run.nextRecord
        }
        return faultyCount > 0 ? Self.refusal(faultyCount, of: job.counts.read, details) : nil
    }

    private func prepare(
        _ run: SegmentRun, of recipe: ChunkRecipe, by preparer: ChunkPreparer
    ) async throws -> BoundBatch {
        do {
            return try await preparer.prepare(run, of: recipe, path: core.folder.upload(of: recipe.job))
        } catch let damage as UploadDamage {
            guard damage.isPassing else { throw Refusal(damage.reason.code, damage.reason.message) }
            throw StoreError(.busy, "the upload cannot be read now: \(damage)")
        }
    }

    private static func refusal(_ count: Int, of total: Int, _ details: [Refusal.Detail]) -> Refusal {
        let listed = details.count < count ? "; details list the first \(details.count)" : ""
        return Refusal(
            .validationError, issue: "invalid_records",
            "\(count) of \(total) records are faulty\(listed). Nothing was imported.", details: details)
    }

    private static func detail(of fault: Fault) -> Refusal.Detail {
        Refusal.Detail(
            field: fault.column, code: fault.code, message: fault.message, position: fault.position)
    }
}
