import BulkModel
import Engine

/// Writes a job's progress to one listener until the job has ended.
package struct ProgressTeller {
    let engine: BulkEngine
    let listener: ProgressListener
    let clock: WallClock
    let heartbeat: Duration
    let untilShutdown: Waiting

    /// Runs a wait, and cancels it when the server shuts down.
    package typealias Waiting =
        @Sendable (_ wait: @escaping @Sendable () async throws -> Wait) async throws -> Wait

    /// What a wait came to.
    package struct Wait: Sendable {
        /// Nil when nothing has changed.
        var state: (job: Job, version: Int)?
        /// The server shuts down, or the reader is gone.
        var isCancelled: Bool
    }

    /// Who reads slowly is told the latest only: the next state is asked for once the one before was taken. At shutdown the
    /// stream ends at once and whole, without a last event: an EventSource comes back, to another node, and goes on there.
    func tell(to sink: ByteSink) async throws {
        try await sink(ServerEvent.retry)
        var version = 0
        while true {
            let wait = try await next(after: version)
            guard let state = wait.state else {
                try Task.checkCancellation()
                if wait.isCancelled { return }
                try await sink(ServerEvent.comment)
                continue
            }
            version = state.version
            try await sink(event(state.job).bytes)
            if state.job.state.isTerminal { return }
        }
    }

    private func next(after version: Int) async throws -> Wait {
        let (listener, heartbeat) = (listener, heartbeat)
        return try await untilShutdown {
            let state = try await listener.next(after: version, atMost: heartbeat)
            return Wait(state: state, isCancelled: Task.isCancelled)
        }
    }

    private func event(_ job: Job) -> ServerEvent {
        ProgressEvents(job: job, progress: engine.progress(of: job), now: clock.now()).event
    }
}
