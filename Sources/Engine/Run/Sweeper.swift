import BulkModel

/// Ends jobs that outlived their lifetime and removes what is kept no longer; a service of the composition
/// root.
///
/// A clock that was set back only makes it wait longer: nothing is removed before its time.
package struct Sweeper: Sendable {
    let core: EngineCore

    private static let interval = Duration.seconds(60)

    /// Ends when the task is cancelled.
    package func run() async throws {
        await removeOrphans()
        while !Task.isCancelled {
            await sweep()
            do {
                try await core.timing.sleep(Self.interval)
            } catch {
                return
            }
        }
    }

    /// One round: expires, then removes. A failure is observed and left to the next round.
    func sweep() async {
        do {
            try await expire()
            try await removeOld()
            try await removeRecords()
            try await DiskKeeper(folder: core.folder).removeSpools()
        } catch {
            core.observe(.serviceFault("sweep", cause: "\(error)"))
        }
    }

    /// Removes answers and events that are kept no longer.
    private func removeRecords() async throws(StoreError) {
        let now = core.clock.now()
        if let replies = core.store as? any ReplyStore {
            let limit = now - core.limits.repliesKept
            while try await replies.sweepReplies(before: limit, limit: Self.rowsAtATime) == Self.rowsAtATime {
            }
        }
        if let events = core.store as? any OutboxStore {
            let limit = now - core.limits.eventsKept
            while try await events.sweepEvents(before: limit, limit: Self.rowsAtATime) == Self.rowsAtATime {}
        }
    }

    /// Few enough that others get their turn at the database between.
    private static let rowsAtATime = 1000

    private func expire() async throws {
        let limit = core.clock.now() - core.limits.jobLifetime
        for job in try await core.jobs(
            in: [.open, .uploadComplete, .inProgress], refine: { $0.createdBefore = limit })
        where job.createdAt < limit {
            // A refusal is no loss: the job ended by itself meanwhile.
            _ = try await core.change(job.id, .expire)
        }
    }

    private func removeOld() async throws {
        let limit = core.clock.now() - core.limits.resultsKept
        let jobs = try await core.jobs(in: [.jobComplete, .failed, .aborted]) { filter in
            filter.endedBefore = limit
            filter.excludesSwept = true
        }
        var count = 0
        let files = DiskKeeper(folder: core.folder)
        for job in jobs {
            guard !job.isSwept, let endedAt = job.endedAt, endedAt < limit else { continue }
            do {
                try await core.store.sweep(job.id)
                try await files.removeAll(of: job.id)
                count += 1
            } catch {
                // One job that cannot be removed must not keep the others.
                core.observe(.serviceFault("sweep of \(job.id)", cause: "\(error)"))
            }
        }
        if count > 0 { core.observe(.swept(jobs: count)) }
    }

    /// Removes folders of jobs that were swept, and parts of uploads that a crash cut short. A folder whose job this database
    /// does not know is another one's, which shares the uploads folder: it is left alone.
    func removeOrphans() async {
        let files = DiskKeeper(folder: core.folder)
        do {
            for id in try await files.jobs() {
                guard let job = try await core.store.job(id) else { continue }
                if job.isSwept {
                    try await files.removeAll(of: id)
                } else if try await files.hasUploadParts(of: id) {
                    try await removeUploadParts(of: id, files)
                }
            }
        } catch {
            core.observe(.serviceFault("removal of orphaned uploads", cause: "\(error)"))
        }
    }

    /// Unless the upload is being received, here or by another node.
    private func removeUploadParts(of id: JobID, _ files: DiskKeeper) async throws {
        guard core.gate.enter(id) else { return }
        defer { core.gate.leave(id) }
        _ = try await core.holding(.upload(id)) { _ in try await files.removeUploadParts(of: id) }
    }
}

extension Timestamp {
    static func - (time: Timestamp, duration: Duration) -> Timestamp { time + (.zero - duration) }
}
