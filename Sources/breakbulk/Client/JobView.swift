import BulkModel
import Engine
import Formats

/// A job as the commands show it, whether it came from a server or from the engine in this process.
struct JobView: Hashable, Sendable {
    var id: String
    var state: JobState
    var operation: String
    var table: String
    var createdAt: String
    var counts = JobCounts()
    /// Failed records by code.
    var errorCounts: [String: Int] = [:]
    /// Of the whole, 0 to 100.
    var percentage = 0
    /// Why it failed, or what it waits for.
    var reason: String?

    /// Spellings of spec 002.
    static let stateNames: KeyValuePairs<JobState, String> = [
        .open: "Open", .uploadComplete: "UploadComplete", .inProgress: "InProgress",
        .jobComplete: "JobComplete", .failed: "Failed", .aborted: "Aborted",
    ]

    var stateName: String { Self.stateNames.first { $0.key == state }?.value ?? state.rawValue }

    /// What the job's state means for a script that waited for it.
    var exitStatus: CommandExit {
        switch state {
        case .jobComplete: counts.failed > 0 ? .someFailed : .success
        case .failed, .aborted: .jobFailed
        case .open, .uploadComplete, .inProgress: .stillRunning
        }
    }

    /// From the engine in this process.
    init(_ job: Job, progress: JobProgress) {
        id = job.id.text
        state = job.state
        operation = job.spec.operation.rawValue
        table = job.spec.table
        createdAt = job.createdAt.rfc3339
        counts = job.counts
        errorCounts = Dictionary(uniqueKeysWithValues: job.errorCounts.map { ($0.key.rawValue, $0.value) })
        percentage = progress.percentage
        reason = job.reason.map { "\($0.code.rawValue): \($0.message)" }
    }

    /// From a server's answer; nil when it is not a job as spec 002 prints it.
    init?(_ value: JSONValue) {
        guard let id = value["job_id"]?.string, let name = value["state"]?.string,
            let state = Self.stateNames.first(where: { $0.value == name })?.key
        else { return nil }
        self.id = id
        self.state = state
        operation = value["operation"]?.string ?? ""
        table = value["object"]?.string ?? ""
        createdAt = value["created_at"]?.string ?? ""
        counts = Self.counts(value)
        percentage = Self.number(value, "progress_percentage")
        if case .object(let members)? = value["error_count"] {
            for member in members { errorCounts[member.name] = Int(member.value.integer ?? 0) }
        }
        let cause = value["error"] ?? value["waiting_for"]
        if let code = cause?["code"]?.string, let message = cause?["message"]?.string {
            reason = "\(code): \(message)"
        }
    }

    /// For `--json`: spec 002's names.
    var members: [JSONValue.Member] {
        let byCode = errorCounts.sorted { $0.key < $1.key }
        return [
            .init("job_id", .string(id)), .init("state", .string(stateName)),
            .init("operation", .string(operation)), .init("object", .string(table)),
            .init("created_at", .string(createdAt)),
            .init("number_records_total", .integer(Int64(counts.read))),
            .init("number_records_succeeded", .integer(Int64(counts.succeeded))),
            .init("number_records_failed", .integer(Int64(counts.failed))),
            .init("number_records_unprocessed", .integer(Int64(counts.unprocessed))),
            .init("number_records_created", .integer(Int64(counts.created))),
            .init("number_records_updated", .integer(Int64(counts.updated))),
            .init("number_records_unchanged", .integer(Int64(counts.unchanged))),
            .init("number_records_deleted", .integer(Int64(counts.deleted))),
            .init("error_count", .object(byCode.map { .init($0.key, .integer(Int64($0.value))) })),
            .init("progress_percentage", .integer(Int64(percentage))),
            .init("reason", reason.map(JSONValue.string) ?? .null),
        ]
    }

    private static func counts(_ value: JSONValue) -> JobCounts {
        var counts = JobCounts()
        counts.succeeded = number(value, "number_records_succeeded")
        counts.failed = number(value, "number_records_failed")
        counts.read = number(value, "number_records_total")
        counts.created = number(value, "number_records_created")
        counts.updated = number(value, "number_records_updated")
        counts.unchanged = number(value, "number_records_unchanged")
        counts.deleted = number(value, "number_records_deleted")
        return counts
    }

    private static func number(_ value: JSONValue, _ name: String) -> Int { Int(value[name]?.integer ?? 0) }
}
