import BulkModel
import Formats
import Planning

extension IngestDriver {
    /// Applies the chunk, in as many steps as the store takes; gives the record that stopped it.
    mutating func apply(_ chunk: IngestChunk) async throws -> AppliedChunk.Stop? {
        guard !job.state.isTerminal, admits(chunk) else { throw refusal(of: chunk) }
        try await save(chunk.marks)
        var start = chunk.start
        while start < chunk.batch.recordCount {
            try checkWanted()
            let begin = core.timing.elapsed()
            guard let applied = try await apply(chunk, from: start) else {
                start = job.nextRecord - chunk.batch.origin.record
                continue
            }
            try take(applied, of: chunk, from: start, took: core.timing.elapsed() - begin)
            start += applied.receipt.recordCount
            guard let stop = applied.stop else { continue }
            try await save(chunk.marks(before: start))
            job = try await core.note(stop, of: job)
            return stop
        }
        return nil
    }

    /// Takes over what the store did, after checking that it covers just what it was asked for.
    private mutating func take(
        _ applied: AppliedChunk, of chunk: IngestChunk, from start: Int, took duration: Duration
    ) throws {
        let receipt = applied.receipt
        let count = receipt.recordCount
        let first = chunk.batch.origin.record + start
        core.observe(
            .chunkApplied(job.id, records: count, failed: receipt.faults.count, duration: duration))
        guard receipt.firstRecord == first, count > 0 || applied.stop != nil,
            count <= chunk.batch.recordCount - start, applied.job.nextRecord == first + count
        else { throw BooksError("receipt \(receipt.firstRecord)+\(count) for chunk at \(first)") }
        job = applied.job
        guard count > 0 else { return }
        sizer.observe(records: count, took: duration)
        queue.add(receipt)
    }

    /// One transaction; nil when an earlier try had been committed though its answer was lost.
    private mutating func apply(_ chunk: IngestChunk, from start: Int) async throws -> AppliedChunk? {
        var patience = StorePatience(of: job.id, core: core)
        while true {
            do {
                return try await core.store.apply(storeChunk(chunk, from: start))
            } catch {
                if error.code == .jobMoved, try await follow(chunk, from: start) { return nil }
                guard error.isRetryable || error.code == .jobMoved, !mailbox.isClosed else { throw error }
                try await patience.rest(after: error)
            }
        }
    }

    private func storeChunk(_ chunk: IngestChunk, from start: Int) -> Chunk {
        let failed = job.counts.failed - failedBefore
        return Chunk(
            job: job.id, plan: plan, batch: chunk.batch, start: start, now: core.clock.now(), isLast: false,
            options: ChunkOptions(
                isDryRun: options.isDryRun, errorsMax: options.errorsMax.map { max(1, $0 - failed) },
                keepsKeys: true))
    }

    /// Looks where the job is; true when its checkpoint has moved within the chunk, which only this stream can have done.
    private mutating func follow(_ chunk: IngestChunk, from start: Int) async throws -> Bool {
        let (id, store) = (job.id, core.store)
        let found = try await core.patiently(for: id) { () async throws(StoreError) in try await store.job(id)
        }
        guard let found else { throw Refusal.jobNotFound }
        if found.state == .aborted || found.state == .failed { throw Refusal(endOf: found) }
        let first = chunk.batch.origin.record
        guard found.state == .inProgress,
            (first + start...first + chunk.batch.recordCount).contains(found.nextRecord)
        else { throw StoreError(.jobMoved, "the job is at record \(found.nextRecord)") }
        guard found.nextRecord > first + start else { return false }
        job = found
        queue.skip(to: found.nextRecord - 1)
        return true
    }

    /// Keeps the marks before what they are about is committed: without them nobody could go on.
    private func save(_ marks: [Segment]) async throws {
        guard !marks.isEmpty else { return }
        try checkWanted()
        let (id, store) = (job.id, core.store)
        let page = SegmentPage(segments: marks)
        try await core.patiently(for: id) { () async throws(StoreError) in
            try await store.save(page, of: id, source: .upload)
        }
    }

    /// Throws once nobody wants the rest, or another node may be at it.
    private func checkWanted() throws {
        if mailbox.isClosed { throw CancellationError() }
        guard lock.isHeld else {
            throw Refusal(
                .serviceUnavailable,
                "The server lost its database for a moment; send the same body again to go on.",
                retryAfterSeconds: 1)
        }
    }

    private func admits(_ chunk: IngestChunk) -> Bool {
        guard let recordsMax = options.recordsMax else { return true }
        return chunk.batch.origin.record + chunk.batch.recordCount - 1 <= recordsMax
    }

    private func refusal(of chunk: IngestChunk) -> Refusal {
        guard job.state.isTerminal else {
            return Refusal(
                .invalidRequest, issue: "too_many_records",
                "The body has more than \(options.recordsMax ?? 0) records; those told of are done, others are not."
            )
        }
        return BodyVerifier.otherBody(at: chunk.batch.position(of: chunk.start))
    }
}
