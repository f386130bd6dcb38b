import BulkModel

/// How spec 001 spells the states of a job.
enum JobStatus {
    static func of(_ state: JobState) -> String {
        switch state {
        case .open: "pending"
        case .uploadComplete, .inProgress: "processing"
        case .jobComplete: "completed"
        case .failed: "failed"
        case .aborted: "cancelled"
        }
    }

    /// The states of that name; nil when there is none.
    static func states(of name: String) -> Set<JobState>? {
        let states = JobState.allCases.filter { of($0) == name }
        return states.isEmpty ? nil : Set(states)
    }

    /// All names, for messages.
    static let list = "pending, processing, completed, failed, cancelled"
}
