import BulkModel
import Synchronization

/// Operations whose readers have gone and that go on without one, until a worker of this process takes them.
final class StreamDesk: Sendable {
    /// An operation to be run to its end.
    struct Errand: Sendable {
        let job: JobID
        private let options: StreamOptions
        /// Records that had failed before, and do not count towards `errorsMax`.
        private let failedBefore: Int

        init(job: JobID, options: StreamOptions, failedBefore: Int) {
            (self.job, self.options, self.failedBefore) = (job, options, failedBefore)
        }

        /// How the operation goes on from where `job` is: what failed since its last stream began has been counted.
        func options(at job: Job) -> StreamOptions {
            var options = options
            options.errorsMax = options.errorsMax.map { max(1, $0 - (job.counts.failed - failedBefore)) }
            return options
        }
    }

    private struct State {
        var waiting: [Errand] = []
        var underWay: Set<JobID> = []
    }

    private let state = Mutex(State())

    /// Puts the operation at the end, unless it is here already.
    func add(_ errand: Errand) {
        state.withLock { state in
            let isKnown = state.waiting.contains { $0.job == errand.job }
            guard !isKnown, !state.underWay.contains(errand.job) else { return }
            state.waiting.append(errand)
        }
    }

    /// The one that waits longest; its taker must `finish` it.
    func take() -> Errand? {
        state.withLock { state in
            guard !state.waiting.isEmpty else { return nil }
            let errand = state.waiting.removeFirst()
            state.underWay.insert(errand.job)
            return errand
        }
    }

    func finish(_ id: JobID) { state.withLock { _ = $0.underWay.remove(id) } }
}
