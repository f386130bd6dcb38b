import BulkModel

/// Runs query jobs one after another: cursor to result file, page by page, in constant memory.
struct QueryWorker: Sendable {
    let core: EngineCore
    let claims: QueryClaims

    /// Works until the task is cancelled; an interrupted query runs again from its start after a restart.
    func run() async {
        while !Task.isCancelled {
            let version = core.signals.version
            if await runNext() { continue }
            await core.signals.wait(
                for: .work, after: version, atMost: EngineCore.pollInterval, sleep: core.timing.sleep)
        }
    }

    /// Runs the oldest query job that no other worker has; false when there is none, or it must wait.
    func runNext() async -> Bool {
        do {
            let job = try await core.unfinishedJobs().first {
                $0.spec.operation == .query && claims.claim($0.id)
            }
            guard let job else { return false }
            defer { claims.release(job.id) }
            return await attempt(job)
        } catch {
            core.observe(.serviceFault("look for query jobs", cause: "\(error)"))
            return false
        }
    }

    /// False when the job stays unfinished and is to be tried again after a rest.
    private func attempt(_ job: Job) async -> Bool {
        do {
            try await performUntilEnded(job)
            return true
        } catch  where Task.isCancelled {
            // Cut short by the end of the service, whatever it looks like: it runs again after the restart.
            return false
        } catch let error as StoreError where error.isRetryable {
            core.observe(.chunkRetried(job.id, attempt: 1, cause: "\(error.code.rawValue): \(error.message)"))
            return false
        } catch let moved as Refusal where moved.code == .jobStateConflict {
            return true
        } catch {
            return await fail(job, because: core.refusal(for: error, during: "query"))
        }
    }

    private func fail(_ job: Job, because refusal: Refusal) async -> Bool {
        do {
            let reason = Job.Reason(code: refusal.code, message: refusal.message)
            if case .failure(let refusal) = try await core.change(job.id, .fail(reason)) {
                core.observe(.serviceFault("fail a query job", cause: refusal.message))
                return false
            }
            return true
        } catch {
            core.observe(.serviceFault("fail a query job", cause: "\(error)"))
            return false
        }
    }

    /// Runs the query, and stops it when its job is ended by somebody else.
    private func performUntilEnded(_ job: Job) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await perform(job) }
            group.addTask { await waitForEnd(of: job.id) }
            try await group.next()
        }
    }

    private func waitForEnd(of id: JobID) async {
        while !Task.isCancelled {
            let version = core.signals.version
            // A job that cannot be looked at now is looked at again after a rest.
            if let job = try? await core.store.job(id), job.state.isTerminal { return }
            await core.signals.wait(
                for: .ended(id), after: version, atMost: EngineCore.pollInterval, sleep: core.timing.sleep)
        }
    }

    /// Throws the machine's refusal when the job was ended meanwhile.
    private func perform(_ job: Job) async throws {
        let begin = core.timing.elapsed()
        if job.state == .uploadComplete { _ = try await core.change(job.id, .start).get() }
        let request = job.queryRequest(tenantColumns: core.tenantColumns, limits: core.limits)
        let cursor = try await core.store.open(request)
        let writer = ResultWriter(job.id, folder: core.folder, bytesMax: core.limits.queryBytesWrittenMax)
        try await writer.begin(columns: cursor.columns, format: job.spec.format)
        let rows = try await pump(cursor, into: writer, of: job.id)
        if let page = try await writer.finish() {
            try await core.store.save(page, of: job.id, source: .result)
        }
        _ = try await core.store.change(job.id, JobMachine.counting(rows: rows)).get()
        _ = try await core.change(job.id, .complete).get()
        core.observe(.queryEnded(job.id, rows: rows, duration: core.timing.elapsed() - begin))
    }

    /// Writes all rows, noting their count now and then; gives the count.
    private func pump(_ cursor: any QueryCursor, into writer: ResultWriter, of id: JobID) async throws -> Int
    {
        var rows = 0
        var notedAt = core.timing.elapsed()
        while let page = try await cursor.next() {
            try Task.checkCancellation()
            rows += page.rowCount
            if let full = try await writer.append(page) {
                try await core.store.save(full, of: id, source: .result)
            }
            guard core.timing.elapsed() - notedAt >= EngineCore.pollInterval else { continue }
            notedAt = core.timing.elapsed()
            _ = try await core.store.change(id, JobMachine.counting(rows: rows)).get()
        }
        return rows
    }
}
