import BulkModel
import Planning

extension SharedWorker {
    /// Reads, decodes and binds the leased records and applies them; the lease has ended on return.
    func process(_ lease: any ChunkLease) async throws {
        let id = lease.job.id
        let chunk: Chunk
        do {
            chunk = try await self.chunk(for: lease)
        } catch {
            await lease.release()
            throw error
        }
        let begin = core.timing.elapsed()
        async let ahead: Void = readAhead(of: lease.job, from: lease.records.upperBound)
        let result = await Self.apply(chunk, by: lease)
        let duration = core.timing.elapsed() - begin - lease.waited
        await ahead
        let applied = try result.get()
        core.observe(
            .chunkApplied(
                id, records: applied.receipt.recordCount, failed: applied.receipt.faults.count,
                duration: duration))
        guard applied.receipt.records == lease.records else {
            throw BooksError("receipt \(applied.receipt.records) for chunk \(lease.records)")
        }
        desk.update(id) { job in
            job.retries.succeed()
            job.sizer.observe(records: lease.records.count, took: duration)
        }
        if applied.job.state.isTerminal {
            core.noteEnd(of: applied.job)
            await forget(id)
        }
    }

    private static func apply(
        _ chunk: Chunk, by lease: any ChunkLease
    ) async -> Result<AppliedChunk, StoreError> {
        do {
            return .success(try await lease.apply(chunk))
        } catch {
            return .failure(error)
        }
    }

    private func chunk(for lease: any ChunkLease) async throws -> Chunk {
        let id = lease.job.id
        let (known, recipe) = try await open(lease.job)
        let batch: BoundBatch
        if let ahead = known.ahead, ahead.records == lease.records {
            batch = ahead.batch
        } else {
            let run = try await run(
                from: lease.records.lowerBound, lease.records.count, of: id, bytesMax: .max)
            guard run.records == lease.records else {
                throw BooksError("the segments \(run.records) for chunk \(lease.records)")
            }
            batch = try await preparer.prepare(run, of: recipe, path: core.folder.upload(of: id))
        }
        return Chunk(
            job: id, plan: recipe.plan, batch: batch, start: 0, now: core.clock.now(),
            isLast: lease.records.upperBound > lease.job.counts.read, options: recipe.options)
    }

    /// Of a job whose chunks are applied one after another the next one is read while this one is applied; whoever gets
    /// the chunk later uses it if it is the very same.
    private func readAhead(of job: Job, from record: Int) async {
        guard let known = desk[job.id], let recipe = known.recipe, known.openMax == 1 else { return }
        var ahead: SharedJob.ReadAhead?
        if record <= job.counts.read, desk.jobCount == 1 {
            do {
                let run = try await run(from: record, min(known.sizer.records, recipe.recordsMax), of: job.id)
                let batch = try await preparer.prepare(run, of: recipe, path: core.folder.upload(of: job.id))
                ahead = SharedJob.ReadAhead(records: run.records, batch: batch)
            } catch {
                // Whatever it is, the chunk meets it again once it is leased.
            }
        }
        desk.update(job.id) { $0.ahead = ahead }
    }

    /// Ends the job; false, since there was no chunk to work on.
    func end(_ id: JobID, _ event: JobEvent) async throws(StoreError) -> Bool {
        // A refusal is no loss: the job has ended, or another node has gone on with it.
        _ = try await core.change(id, event)
        await forget(id)
        return false
    }

    /// After a failure: what passes is tried again later, what does not fails the job; other jobs go on meanwhile.
    func recover(_ job: Job, from error: any Error) async {
        switch core.setback(of: error) {
        case .final(let reason): await doom(job, reason)
        case .store(let error) where error.code == .jobNotFound: await forget(job.id)
        case .store(let error):
            if rest(job.id, after: error) {
                let code: ErrorCode = error.code == .denied ? .forbidden : .internalError
                return await doom(job, Job.Reason(code: code, message: error.message))
            }
            if error.isRetryable { await passTurn(of: job.id) }
            _ = await core.tellWait(of: job, for: error)
        }
    }

    /// The job had its turn, though nothing came of it: a chunk that is cut already would else be tried first again and
    /// again, by all workers, while other jobs wait.
    private func passTurn(of id: JobID) async {
        do {
            try await store.passTurn(of: id)
        } catch {
            // Only the order suffers, until the job's next try; why the store fails was observed.
        }
    }

    /// Lets the job rest on this node; true when there is no use in trying again.
    private func rest(_ id: JobID, after error: StoreError) -> Bool {
        let (now, random) = (core.timing.elapsed(), core.timing.random())
        let failure = desk.update(id) { known in
            // Who waited for the chunk that failed has met no failure of its own.
            guard error.code != .jobMoved else {
                known.retries.failOnce(error, at: now, random: random)
                return (isLost: false, retries: known.retries)
            }
            let isLost = known.retries.fail(error, at: now, random: random)
            return (isLost: isLost, retries: known.retries)
        }
        guard let failure else { return false }
        core.noteRetry(of: id, failure.retries, after: error)
        return failure.isLost
    }

    /// Fails the job, now or, when the store does not take it, at its next turn.
    private func doom(_ job: Job, _ reason: Job.Reason) async {
        desk.update(job.id) { $0.doom = $0.doom ?? reason }
        do {
            _ = try await end(job.id, .fail(reason))
        } catch {
            _ = rest(job.id, after: error)
        }
    }

    /// Leaves the job: it has ended, or is gone.
    private func forget(_ id: JobID) async {
        desk.forget(id)
        await preparer.forget(id)
    }
}
