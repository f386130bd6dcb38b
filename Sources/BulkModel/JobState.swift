/// Where a job stands; the only ways from one to another are in `Engine.JobMachine`.
package enum JobState: String, CaseIterable, Sendable {
    /// Created; an upload may arrive.
    case open
    /// Closed by the caller; waits for its first turn.
    case uploadComplete
    /// At least one chunk was begun.
    case inProgress
    /// Every record has an outcome.
    case jobComplete
    /// Stopped by a fault of the job itself; what was not reached is unprocessed.
    case failed
    /// Stopped by the caller at a chunk's edge.
    case aborted

    /// True for states that nothing leaves.
    package var isTerminal: Bool {
        switch self {
        case .open, .uploadComplete, .inProgress: false
        case .jobComplete, .failed, .aborted: true
        }
    }
}
