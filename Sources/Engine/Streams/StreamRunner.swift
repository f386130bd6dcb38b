import BulkModel

/// Runs operations to their ends whose readers have gone and that were to go on without one.
struct StreamRunner: Sendable {
    let core: EngineCore

    /// Operations at once: each holds one chunk.
    private static let atOnceMax = 4
    /// How often it is looked for operations whose nodes have died.
    private static let lookInterval = Duration.seconds(60)

    /// Works until the task is cancelled; a chunk that was begun is finished first.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await watch() }
            for _ in 0..<Self.atOnceMax { group.addTask { await work() } }
        }
    }

    /// Takes up what was under way when a server stopped; over a shared store now and then what stands still, for other
    /// nodes die too. Where somebody is at it all the same, the store's guard sees to it that each chunk is applied once.
    func watch() async {
        var standstill = Standstill()
        var backoff = Backoff()
        while !Task.isCancelled {
            do {
                standstill = try await collect(standstill)
                guard core.sharedStore != nil else { return }
                backoff.succeed()
                await rest(Self.lookInterval)
            } catch {
                core.observe(.serviceFault("look for operations without a reader", cause: "\(error)"))
                await rest(backoff.fail(random: core.timing.random()))
            }
        }
    }

    /// Takes up what stands still since `standstill` and is to go on alone, but for what rests for a reason: that waits for
    /// who resumes it. Gives what was seen.
    func collect(_ standstill: Standstill) async throws(StoreError) -> Standstill {
        var standstill = standstill
        let jobs = try await core.jobs(in: [.inProgress])
            .filter { $0.spec.source == .selection && core.worksOn($0.id) }
        for job in standstill.see(jobs) where job.reason == nil {
            if let options = try await options(of: job), options.runsOnAlone {
                add(StreamDesk.Errand(job: job.id, options: options, failedBefore: 0))
            } else {
                standstill.leave(job.id)
            }
        }
        return standstill
    }

    /// What the operation was begun with; nil when that cannot be known.
    private func options(of job: Job) async throws(StoreError) -> StreamOptions? {
        guard let bytes = try await core.store.request(of: job.id) else { return nil }
        do {
            return try SelectionMemo(bytes: bytes).options
        } catch {
            core.observe(.serviceFault("kept request of \(job.id)", cause: error.cause))
            return nil
        }
    }

    private func add(_ errand: StreamDesk.Errand) {
        core.streams.add(errand)
        core.signals.notify(.work)
    }

    private func work() async {
        while !Task.isCancelled {
            let version = core.signals.version
            guard let errand = core.streams.take() else {
                await core.signals.wait(for: .work, after: version)
                continue
            }
            let isToGoOn = await run(errand)
            core.streams.finish(errand.job)
            guard isToGoOn, !Task.isCancelled else { continue }
            await rest(EngineCore.pollInterval)
            add(errand)
        }
    }

    /// Runs the operation; true when it is to be tried again.
    func run(_ errand: StreamDesk.Errand) async -> Bool {
        do {
            guard let job = try await core.store.job(errand.job), job.state == .inProgress, job.reason == nil
            else { return false }
            let opening = SelectionOpening(core: core)
            let memo = try await opening.memo(of: job)
            let operation = try await opening.operation(job, memo, errand.options(at: job))
            let place = SelectionPlace(
                job: job, record: job.nextRecord - 1, lastKey: try await opening.lastKey(of: job),
                told: job.counts, isResumed: true, begunAt: core.timing.elapsed())
            var (walk, driver) = opening.walk(operation, from: place)
            try await driver.drive(&walk) { _ in }
            return false
        } catch is CancellationError {
            return false
        } catch let error as StoreError where error.isRetryable {
            return true
        } catch {
            // Told to whoever resumes it; a fault of the server is in the log as well.
            let refusal = core.refusal(of: error, during: "operation without a reader")
            guard !(error is StoreError) else { return false }
            _ = await core.note(Job.Reason(code: refusal.code, message: refusal.message), of: errand.job)
            return false
        }
    }

    private func rest(_ duration: Duration) async {
        // Only a cancelled task is woken before its time, and it ends.
        try? await core.timing.sleep(duration)
    }
}
