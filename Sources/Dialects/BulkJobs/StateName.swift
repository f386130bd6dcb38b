import BulkModel

/// How spec 002 spells the states of a job.
enum StateName {
    static func of(_ state: JobState) -> String {
        switch state {
        case .open: "Open"
        case .uploadComplete: "UploadComplete"
        case .inProgress: "InProgress"
        case .jobComplete: "JobComplete"
        case .failed: "Failed"
        case .aborted: "Aborted"
        }
    }

    /// The state of that exact name, nil when there is none.
    static func parse(_ name: String) -> JobState? { JobState.allCases.first { of($0) == name } }

    /// All names, for messages.
    static var list: String { JobState.allCases.map(of).joined(separator: ", ") }
}
