import BulkModel

/// Follows a job until it ends, showing how far it is.
struct JobWatch {
    let desk: any JobDesk
    let display: ProgressDisplay

    /// How long one question waits for the end: also how often the display moves.
    static let waitSeconds = 1

    /// The job once it has ended, or as it is when the time is over.
    func wait(for id: String, until deadline: ContinuousClock.Instant?) async throws(CommandFailure)
        -> JobView
    {
        display.begin(.applying)
        while true {
            let job = try await desk.job(id, waitSeconds: Self.waitSeconds)
            display.update { snapshot in
                snapshot.records = job.counts.processed
                snapshot.recordsTotal = job.counts.read
                snapshot.failed = job.counts.failed
                snapshot.waitsFor = job.reason
            }
            if job.state.isTerminal { return job }
            guard !Task.isCancelled else {
                throw CommandFailure(.refused, "The wait for job \(id) was broken off.")
            }
            if let deadline, ContinuousClock.now >= deadline { return job }
        }
    }
}
