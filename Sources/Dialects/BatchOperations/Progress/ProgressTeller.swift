import BulkModel
import Engine

/// Writes a job's progress to one listener until the job has ended.
struct ProgressTeller {
    let engine: BulkEngine
    let listener: ProgressListener
    let clock: WallClock
    let heartbeat: Duration

    /// Who reads slowly is told the latest only: the next state is asked for once the one before was taken.
    func tell(to sink: ByteSink) async throws {
        try await sink(ServerEvent.retry)
        var version = 0
        while true {
            guard let state = try await listener.next(after: version, atMost: heartbeat) else {
                try Task.checkCancellation()
                try await sink(ServerEvent.comment)
                continue
            }
            version = state.version
            try await sink(event(state.job).bytes)
            if state.job.state.isTerminal { return }
        }
    }

    private func event(_ job: Job) -> ServerEvent {
        ProgressEvents(job: job, progress: engine.progress(of: job), now: clock.now()).event
    }
}
