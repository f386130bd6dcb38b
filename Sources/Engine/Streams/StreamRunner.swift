import BulkModel

/// Runs operations to their ends whose readers have gone and that were to go on without one.
struct StreamRunner: Sendable {
    let core: EngineCore

    /// Operations at once: each holds one chunk.
    private static let atOnceMax = 4

    /// Works until the task is cancelled; a chunk that was begun is finished first.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await collect() }
            for _ in 0..<Self.atOnceMax { group.addTask { await work() } }
        }
    }

    /// Takes up what was under way when a server stopped. Where another node is at it already, the store's guard sees to
    /// it that each chunk is applied once.
    func collect() async {
        var backoff = Backoff()
        while !Task.isCancelled {
            do {
                for job in try await core.jobs(in: [.inProgress])
                where job.spec.source == .selection && core.worksOn(job.id) {
                    try await collect(job)
                }
                return
            } catch {
                core.observe(.serviceFault("look for operations without a reader", cause: "\(error)"))
                await rest(backoff.fail(random: core.timing.random()))
            }
        }
    }

    private func collect(_ job: Job) async throws(StoreError) {
        guard let bytes = try await core.store.request(of: job.id) else { return }
        do {
            let options = try SelectionMemo(bytes: bytes).options
            if options.runsOnAlone { add(StreamDesk.Errand(job: job.id, options: options)) }
        } catch {
            core.observe(.serviceFault("kept request of \(job.id)", cause: error.cause))
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
            guard let job = try await core.store.job(errand.job), !job.state.isTerminal else { return false }
            let opening = SelectionOpening(core: core)
            let memo = try await opening.memo(of: job)
            let operation = try await opening.operation(job, memo, errand.options)
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
            _ = core.refusal(of: error, during: "operation without a reader")
            return false
        }
    }

    private func rest(_ duration: Duration) async {
        // Only a cancelled task is woken before its time, and it ends.
        try? await core.timing.sleep(duration)
    }
}
