import BulkModel

/// Runs query jobs one after another: cursor to result file, page by page, in constant memory.
struct QueryWorker: Sendable {
    let core: EngineCore
    let desk: QueryDesk

    /// Works until the task is cancelled; an interrupted query runs again from its start after a restart.
    func run() async {
        while !Task.isCancelled {
            let version = core.signals.version
            if await runNext() { continue }
            await core.signals.wait(
                for: .work, after: version, atMost: desk.restDuration(at: core.timing.elapsed()),
                sleep: core.timing.sleep)
        }
    }

    /// Runs the query job whose turn it is among those that no other worker of any node has; false when there is none, or
    /// all must wait.
    func runNext() async -> Bool {
        var jobs: [Job]
        do {
            jobs = try await core.unfinishedJobs().filter { $0.spec.operation == .query }
            desk.meet(jobs)
        } catch {
            core.observe(.serviceFault("look for query jobs", cause: "\(error)"))
            desk.failLook(error, at: core.timing.elapsed(), random: core.timing.random())
            return false
        }
        while !Task.isCancelled, let job = desk.take(from: jobs, at: core.timing.elapsed()) {
            let isDone = await runAlone(job)
            desk.leave(job.id)
            if isDone { return true }
            jobs.removeAll { $0.id == job.id }
        }
        return false
    }

    /// False when another node has the job, or it is to be tried again after a rest.
    private func runAlone(_ job: Job) async -> Bool {
        do {
            let isDone = try await core.holding(.query(job.id)) { lock in
                desk.begin(job)
                return await attempt(job, holding: lock)
            }
            return isDone ?? false
        } catch  where Task.isCancelled {
            return false
        } catch {
            rest(job.id, after: error as? StoreError ?? StoreError(.failed, "\(error)"))
            return false
        }
    }

    /// False when the job stays unfinished and is to be tried again after a rest.
    private func attempt(_ listed: Job, holding lock: any NodeLock) async -> Bool {
        do {
            // Until the lock was had another node may have run it.
            guard let job = try await core.store.job(listed.id), !job.state.isTerminal else { return true }
            try await performUntilEnded(job, holding: lock)
            try Self.check(lock)
            return true
        } catch  where Task.isCancelled {
            // Cut short by the end of the service, whatever it looks like: it runs again after the restart.
            return false
        } catch let error as StoreError where error.isRetryable {
            rest(listed.id, after: error)
            // Without the lock another node may be running it by now, which waits for nothing.
            if lock.isHeld { _ = await core.tellWait(of: listed, for: error) }
            return false
        } catch let moved as Refusal where moved.code == .jobStateConflict {
            return true
        } catch {
            return await fail(listed, because: core.refusal(for: error, during: "query"))
        }
    }

    private func rest(_ id: JobID, after error: StoreError) {
        let (now, random) = (core.timing.elapsed(), core.timing.random())
        guard let retries = desk.fail(id, after: error, at: now, random: random) else { return }
        core.noteRetry(of: id, retries, after: error)
    }

    private func fail(_ job: Job, because refusal: Refusal) async -> Bool {
        do {
            let reason = Job.Reason(code: refusal.code, message: refusal.message)
            if case .failure(let refusal) = try await core.change(job.id, .fail(reason)) {
                core.observe(.serviceFault("fail a query job", cause: refusal.message))
                rest(job.id, after: StoreError(.jobMoved, refusal.message))
                return false
            }
            return true
        } catch {
            core.observe(.serviceFault("fail a query job", cause: "\(error)"))
            rest(job.id, after: error)
            return false
        }
    }

    /// Runs the query, and stops it when its job is ended by somebody else.
    private func performUntilEnded(_ job: Job, holding lock: any NodeLock) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await perform(job, holding: lock) }
            group.addTask { await waitForEnd(of: job.id, holding: lock) }
            try await group.next()
        }
    }

    /// Returns too when the lock is lost.
    private func waitForEnd(of id: JobID, holding lock: any NodeLock) async {
        while !Task.isCancelled, lock.isHeld {
            let version = core.signals.version
            // A job that cannot be looked at now is looked at again after a rest.
            if let job = try? await core.store.job(id), job.state.isTerminal { return }
            await core.signals.wait(
                for: .ended(id), after: version, atMost: EngineCore.pollInterval, sleep: core.timing.sleep)
        }
    }

    /// Throws the machine's refusal when the job was ended meanwhile.
    private func perform(_ job: Job, holding lock: any NodeLock) async throws {
        let begin = core.timing.elapsed()
        if job.state == .uploadComplete { _ = try await core.change(job.id, .start).get() }
        let request = job.queryRequest(tenantColumns: core.tenantColumns, limits: core.limits)
        let cursor = try await core.store.open(request)
        let writer = ResultWriter(job.id, core: core)
        let rows: Int
        do {
            try await writer.begin(columns: cursor.columns, format: job.spec.format)
            rows = try await pump(cursor, into: writer, of: job.id, holding: lock)
            if let page = try await writer.finish() { try await save(page, of: job.id, holding: lock) }
            try Self.check(lock)
            try await writer.commit()
        } catch {
            await discard(writer)
            throw error
        }
        _ = try await core.store.change(job.id, JobMachine.counting(rows: rows)).get()
        _ = try await core.change(job.id, .complete, unless: { Self.refusalOnceLost(lock) }).get()
        core.observe(.queryEnded(job.id, rows: rows, duration: core.timing.elapsed() - begin))
    }

    /// Writes all rows, noting their count now and then; gives the count. A page is written while the next is on its way.
    private func pump(
        _ cursor: any QueryCursor, into writer: ResultWriter, of id: JobID, holding lock: any NodeLock
    ) async throws -> Int {
        var rows = 0
        var notedAt = core.timing.elapsed()
        var upcoming = try await cursor.next()
        while let page = upcoming {
            async let next = cursor.next()
            try Task.checkCancellation()
            try Self.check(lock)
            rows += page.rowCount
            if let full = try await writer.append(page) { try await save(full, of: id, holding: lock) }
            if core.timing.elapsed() - notedAt >= EngineCore.pollInterval {
                notedAt = core.timing.elapsed()
                _ = try await core.store.change(id, JobMachine.counting(rows: rows)).get()
            }
            upcoming = try await next
        }
        return rows
    }

    private func save(_ page: SegmentPage, of id: JobID, holding lock: any NodeLock) async throws {
        try Self.check(lock)
        try await core.store.save(page, of: id, source: .result)
    }

    /// Throws what leaves the job as it is, for whoever has the lock now.
    private static func check(_ lock: any NodeLock) throws(StoreError) {
        guard lock.isHeld else { throw StoreError(.busy, "the lock on the query was lost") }
    }

    /// As `check`, in the moment of a change.
    private static func refusalOnceLost(_ lock: any NodeLock) -> Refusal? {
        if lock.isHeld { return nil }
        return Refusal(.jobStateConflict, issue: "lock_lost", "Another node may be running the query by now.")
    }

    private func discard(_ writer: ResultWriter) async {
        do {
            try await writer.discard()
        } catch {
            core.observe(.serviceFault("discard of a result", cause: "\(error)"))
        }
    }
}
