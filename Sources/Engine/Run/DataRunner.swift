import BulkModel
import Formats
import Planning

/// Works through the write jobs of all tenants, chunk by chunk, in turns.
///
/// Two steps run side by side: the store applies one chunk, and the chunk of the next turn is read, verified,
/// decoded and bound. Within a job the order is strict: a batch is applied only when the one before is.
actor DataRunner {
    let core: EngineCore
    let preparer = ChunkPreparer()
    private var share = FairShare()
    var active: [JobID: ActiveJob] = [:]
    private var lookedAt: Duration?
    private var seenVersion = -1

    /// Batches that may wait for their turn, over all jobs: together with `chunkBytesMax` the bound on
    /// memory.
    private static let batchesMax = 4

    init(core: EngineCore) { self.core = core }

    /// Works until the task is cancelled; a chunk that was begun is finished first.
    func run() async {
        while !Task.isCancelled {
            let version = core.signals.version
            await drain()
            if Task.isCancelled { return }
            await core.signals.wait(
                for: .work, after: version, atMost: restDuration(), sleep: core.timing.sleep)
        }
    }

    /// Takes turns until no job is ready.
    func drain() async {
        await lookForWork()
        var turn = await preparedTurn()
        while let id = turn, !Task.isCancelled {
            turn = await take(id)
            await lookForWork()
            if turn == nil { turn = await preparedTurn() }
        }
    }

    /// Applies the job's next chunk while the next turn's chunk is prepared; gives the job of that turn.
    private func take(_ id: JobID) async -> JobID? {
        guard let chunk = nextChunk(of: id) else {
            await endWithoutChunk(id)
            return nil
        }
        async let attempt = apply(chunk)
        let upcoming = nextTurn(applying: id)
        if let upcoming { await prepare(upcoming, batches: upcoming == id ? 2 : 1) }
        await settle(await attempt, of: chunk)
        return upcoming.flatMap { isReady($0, applying: nil) ? $0 : nil }
    }

    private func preparedTurn() async -> JobID? {
        guard let id = nextTurn(applying: nil) else { return nil }
        await prepare(id, batches: 1)
        return id
    }

    private func nextTurn(applying: JobID?) -> JobID? {
        share.next { isReady($0, applying: applying) }
    }

    /// False during a back-off. A job whose last batch is being applied has nothing to do until that is
    /// settled.
    private func isReady(_ id: JobID, applying: JobID?) -> Bool {
        guard let job = active[id], job.retries.isReady(at: core.timing.elapsed()) else { return false }
        return id != applying || job.hasMoreToRead || job.batches.count > 1
    }

    private func nextChunk(of id: JobID) -> Chunk? {
        guard let job = active[id], let recipe = job.recipe, let prepared = job.batches.first else {
            return nil
        }
        return Chunk(
            job: id, plan: recipe.plan, batch: prepared.batch, start: prepared.start, now: core.clock.now(),
            isLast: prepared.nextRecord > job.job.counts.read, options: recipe.options)
    }

    /// What a store call gave, and how long it took.
    private struct Attempt: Sendable {
        let result: Result<AppliedChunk, StoreError>
        let duration: Duration
    }

    private nonisolated func apply(_ chunk: Chunk) async -> Attempt {
        let begin = core.timing.elapsed()
        let result: Result<AppliedChunk, StoreError>
        do {
            result = .success(try await core.store.apply(chunk))
        } catch {
            result = .failure(error)
        }
        return Attempt(result: result, duration: core.timing.elapsed() - begin)
    }

    private func settle(_ attempt: Attempt, of chunk: Chunk) async {
        switch attempt.result {
        case .success(let applied): await advance(by: applied, of: chunk, took: attempt.duration)
        case .failure(let error): await recover(chunk.job, from: error)
        }
    }

    /// Takes over what the store did, after checking that it covers just the records it was asked for.
    private func advance(by applied: AppliedChunk, of chunk: Chunk, took duration: Duration) async {
        guard var job = active[chunk.job] else { return }
        let receipt = applied.receipt
        let count = receipt.recordCount
        core.observe(
            .chunkApplied(chunk.job, records: count, failed: receipt.faults.count, duration: duration))
        let rest = chunk.batch.recordCount - chunk.start
        guard receipt.firstRecord == chunk.firstRecord, (1...rest).contains(count),
            applied.job.nextRecord == chunk.firstRecord + count
        else {
            job.batches = []
            job.doom = core.discredit(
                "receipt \(receipt.firstRecord)+\(count) for chunk at \(chunk.firstRecord)")
            active[chunk.job] = job
            return
        }
        job.job = applied.job
        job.retries.succeed()
        job.sizer.observe(records: count, took: duration)
        job.take(count, of: chunk, leaving: rest - count)
        active[chunk.job] = job
        if applied.job.state.isTerminal {
            await forget(chunk.job)
            core.noteEnd(of: applied.job)
            return
        }
        shed(chunk.job)
        if applied.job.reason != nil { await note(nil, of: chunk.job) }
    }

    /// Drops what the job has ready when too much waits already; it is read again at the job's turn.
    private func shed(_ id: JobID) {
        let waiting = active.values.reduce(0) { $0 + $1.batches.count }
        guard waiting > Self.batchesMax, let job = active[id]?.job else { return }
        active[id]?.resume(at: job)
    }

    /// Leaves the job: it has ended, or is gone.
    func forget(_ id: JobID) async {
        active[id] = nil
        share.remove(id)
        await preparer.forget(id)
    }

    /// Looks for jobs to run, when one was signalled or the last look is long ago.
    private func lookForWork() async {
        let version = core.signals.version
        let now = core.timing.elapsed()
        let isDue = lookedAt.map { now - $0 >= EngineCore.pollInterval } ?? true
        guard isDue || version != seenVersion else { return }
        lookedAt = now
        seenVersion = version
        do {
            for job in try await core.unfinishedJobs()
            where job.spec.operation.isWrite && active[job.id] == nil {
                active[job.id] = ActiveJob(job, limits: core.limits)
                share.add(job.id, of: job.spec.tenant)
            }
        } catch {
            core.observe(.serviceFault("look for jobs", cause: "\(error)"))
        }
    }

    /// Until the next look, or the end of the first back-off.
    private func restDuration() -> Duration {
        let now = core.timing.elapsed()
        let waits = active.values.map { max(.zero, $0.retries.notBefore - now) }
        return min(EngineCore.pollInterval, waits.min() ?? EngineCore.pollInterval)
    }
}
