import BulkModel

extension DataRunner {
    /// A turn of a job that has nothing to apply: it fails, or waits for its back-off.
    func endWithoutChunk(_ id: JobID) async {
        guard let job = active[id] else { return }
        let event: JobEvent
        if let doom = job.doom {
            event = .fail(doom)
        } else if job.recipe != nil, job.nextToRead > job.job.counts.read {
            event = .complete
        } else {
            return
        }
        do {
            switch try await core.change(id, event) {
            case .success: await forget(id)
            case .failure: await follow(id)
            }
        } catch {
            await recover(id, from: error)
        }
    }

    /// After a failed store call: what passes is tried again later, what does not fails the job after a few
    /// tries; other jobs go on meanwhile.
    func recover(_ id: JobID, from error: StoreError) async {
        guard var job = active[id] else { return }
        if error.code == .jobNotFound { return await forget(id) }
        let delay = job.backoff.fail(random: core.timing.random())
        job.notBefore = core.timing.elapsed() + delay
        if !error.isRetryable, error.code != .jobMoved, job.backoff.attempts >= Self.triesMax {
            job.batches = []
            job.doom = job.doom ?? Job.Reason(code: .internalError, message: error.message)
        }
        active[id] = job
        core.observe(
            .chunkRetried(
                id, attempt: job.backoff.attempts, cause: "\(error.code.rawValue): \(error.message)"))
        if error.code == .jobMoved { return await follow(id) }
        if error.isRetryable { await tellWait(id, for: error) }
    }

    /// The job is not where it was expected: goes where the store says it is.
    func follow(_ id: JobID) async {
        do {
            guard let job = try await core.store.job(id), !job.state.isTerminal else {
                return await forget(id)
            }
            let hasMoved = job.nextRecord != active[id]?.job.nextRecord
            active[id]?.resume(at: job)
            if hasMoved { active[id]?.notBefore = .zero }
        } catch {
            // The back-off holds; the next turn finds out again.
            core.observe(.serviceFault("look at a job that moved", cause: "\(error)"))
        }
    }

    /// Lets the job's owner see what it waits for; cleared by the next receipt.
    private func tellWait(_ id: JobID, for error: StoreError) async {
        let message =
            error.code == .full
            ? "The database has no room left; the job goes on once there is some."
            : "The database is busy; the job goes on once it is free."
        let reason = Job.Reason(code: .serviceUnavailable, message: message)
        guard let known = active[id], known.job.state == .inProgress, known.job.reason != reason else {
            return
        }
        await note(reason, of: id)
    }

    /// Notes what the job waits for, nil for nothing.
    func note(_ reason: Job.Reason?, of id: JobID) async {
        do {
            let changed = try await core.store.change(id, JobMachine.waiting(for: reason)).get()
            active[id]?.job = changed
        } catch {
            // Only the note is lost: a store that refuses it is why the job waits, and that was observed.
        }
    }
}
