import BulkModel
import Planning

/// One of a node's workers: leases a chunk that is free, or cuts the next one, and applies it.
///
/// Whose turn it is says the store, for all nodes; who has which chunk says the lease, and what a worker leaves behind
/// when it dies is free for the others.
struct SharedWorker: Sendable {
    let core: EngineCore
    let store: any SharedStore
    let desk: SharedDesk
    let preparer = ChunkPreparer()

    /// Chunks of a job that are cut in vain, because others are faster, before another job is looked at.
    private static let cutsMax = 3

    /// Works until the task is cancelled; a chunk that was begun is finished first.
    func run() async {
        while !Task.isCancelled {
            let version = core.signals.version
            if await takeTurn() { continue }
            if Task.isCancelled { return }
            await preparer.forgetAll()
            await core.signals.wait(
                for: .work, after: version, atMost: desk.restDuration(at: core.timing.elapsed()),
                sleep: core.timing.sleep)
        }
    }

    /// Works on a chunk of the job whose turn it is; false when no job has anything to do.
    func takeTurn() async -> Bool {
        let jobs: [Job]
        do {
            let wanted = desk.turnsWanted(at: core.timing.elapsed())
            jobs = try await store.turns(limit: wanted)
                .filter { core.worksOn($0.id) }
            desk.meet(jobs, isWhole: jobs.count < wanted)
        } catch {
            core.observe(.serviceFault("look for jobs", cause: "\(error)"))
            desk.failLook(error, at: core.timing.elapsed(), random: core.timing.random())
            return false
        }
        for job in jobs where !Task.isCancelled {
            guard let known = desk.enter(job.id, at: core.timing.elapsed()) else { continue }
            let isDone = await work(on: job, known, besides: jobs.count - 1)
            // This worker goes on by itself; one that found nothing before may find something now.
            let isShared = isDone && desk.jobCount > 1 && desk.hasFreeWorker
            desk.leave(job.id)
            if isShared { core.signals.notify(.work) }
            if isDone { return true }
        }
        return false
    }

    private func work(on job: Job, _ known: SharedJob, besides others: Int) async -> Bool {
        do {
            if let doom = known.doom { return try await end(job.id, .fail(doom)) }
            guard job.nextRecord <= job.counts.read else { return try await end(job.id, .complete) }
            guard let lease = try await seize(job, besides: others) else { return false }
            try await process(lease)
            return true
        } catch  where Task.isCancelled {
            // Cut short by the end of the service; whatever it looks like, another node or the next start goes on.
            return false
        } catch {
            await recover(job, from: error)
            return false
        }
    }

    /// A chunk for this worker; nil when the job has none.
    private func seize(_ job: Job, besides others: Int) async throws -> (any ChunkLease)? {
        var start: CutPlace?
        if job.state == .uploadComplete, case .success = try await core.change(job.id, .start) {
            start = CutPlace(record: 1, openCount: 0)
        }
        for _ in 0..<Self.cutsMax {
            if start == nil, let lease = try await store.lease(job.id) { return lease }
            guard try await cutNext(of: job, at: start, besides: others) else { return nil }
            start = nil
        }
        return try await store.lease(job.id)
    }

    /// Cuts at the place, else where the store says. False when there is no chunk to cut now; true too when another worker
    /// was faster.
    private func cutNext(of job: Job, at start: CutPlace?, besides others: Int) async throws -> Bool {
        guard let isAllCut = desk[job.id]?.isAllCut, !isAllCut else { return false }
        let place = if let start { start } else { try await store.cutPlace(of: job.id) }
        guard place.record <= job.counts.read else {
            desk.update(job.id) { $0.isAllCut = true }
            return false
        }
        let (known, recipe) = try await open(job)
        let openMax = known.openMax(besides: others)
        guard place.openCount < openMax else { return false }
        let records: Range<Int>
        if let ahead = known.ahead, ahead.records.lowerBound == place.record {
            records = ahead.records
        } else {
            let count = min(known.sizer.records(sharingTurns: others > 0), recipe.recordsMax)
            records = try await run(from: place.record, count, of: job.id).records
        }
        let isCut = try await store.cut(records, of: job.id, openMax: openMax)
        if isCut, openMax > 1, records.upperBound <= job.counts.read, desk.hasFreeWorker {
            core.signals.notify(.work)
        }
        return true
    }

    /// What this node knows of the job, and how its bytes become records: worked out when a worker first needs it.
    func open(_ job: Job) async throws -> (SharedJob, ChunkRecipe) {
        if let known = desk[job.id], let recipe = known.recipe { return (known, recipe) }
        let recipe = try await core.recipe(for: job)
        let known = desk.update(job.id) { known in
            known.open(recipe, isOrderKept: store.keepsFileOrder, limits: core.limits)
            return known
        }
        guard let known else { throw StoreError(.jobMoved, "the job has ended") }
        return (known, recipe)
    }

    /// The segments from the record on that hold about that many records; `bytesMax` bounds what is cut, not what others
    /// have cut.
    func run(
        from record: Int, _ count: Int, of id: JobID, bytesMax: Int? = nil
    ) async throws -> SegmentRun {
        let page: SegmentPage?
        if let known = desk[id]?.page, known.holds(record) {
            page = known
        } else {
            page = try await store.segmentPage(holding: record, of: id, source: .upload)
            desk.update(id) { $0.page = page }
        }
        let run = page.flatMap {
            SegmentRun(
                from: record, in: $0, records: count, bytesMax: bytesMax ?? core.limits.chunkBytesMax)
        }
        guard let run, run.origin.record == record else {
            throw BooksError("no segment begins with record \(record)")
        }
        return run
    }
}
