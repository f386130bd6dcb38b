package import BulkModel

/// What can happen to a job.
package enum JobEvent: Hashable, Sendable {
    /// The whole upload is stored; it holds this many records.
    case uploaded(Upload, records: Int)
    /// The caller says that the job may run.
    case close
    /// The job gets its first turn.
    case start
    /// The caller stops it.
    case abort
    /// It cannot go on, for a fault of its own.
    case fail(Job.Reason)
    /// It did not end within its lifetime.
    case expire
    /// Every record has an outcome.
    case complete

    /// The event without what it carries: the columns of `docs/STATES.md`.
    package enum Name: String, CaseIterable, Sendable {
        case uploaded, close, start, abort, fail, expire, complete
    }

    /// Which event it is.
    package var name: Name {
        switch self {
        case .uploaded: .uploaded
        case .close: .close
        case .start: .start
        case .abort: .abort
        case .fail: .fail
        case .expire: .expire
        case .complete: .complete
        }
    }
}
