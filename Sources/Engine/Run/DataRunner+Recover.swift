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
        let isLost = job.retries.fail(error, at: core.timing.elapsed(), random: core.timing.random())
        if isLost {
            job.batches = []
            job.doom = job.doom ?? Job.Reason(code: .internalError, message: error.message)
        }
        active[id] = job
        core.noteRetry(of: id, job.retries, after: error)
        if error.code == .jobMoved { return await follow(id) }
        if let changed = await core.tellWait(of: job.job, for: error) { active[id]?.job = changed }
    }

    /// The job is not where it was expected: goes where the store says it is.
    func follow(_ id: JobID) async {
        do {
            guard let job = try await core.store.job(id), !job.state.isTerminal else {
                return await forget(id)
            }
            let hasMoved = job.nextRecord != active[id]?.job.nextRecord
            active[id]?.resume(at: job)
            if hasMoved { active[id]?.retries.hurry() }
        } catch {
            // The back-off holds; the next turn finds out again.
            core.observe(.serviceFault("look at a job that moved", cause: "\(error)"))
        }
    }

    /// Notes what the job waits for, nil for nothing.
    func note(_ reason: Job.Reason?, of id: JobID) async {
        if let changed = await core.note(reason, of: id) { active[id]?.job = changed }
    }
}
