import BulkModel
import Engine
import Formats

/// What a job's progress looks like to its listeners (spec 001, "Server-Sent Events for Progress").
///
/// The events of an ended job are named as the spec has them, `complete` and `error`; `progress` carries what its progress
/// tracker reports.
struct ProgressEvents {
    let job: Job
    let progress: JobProgress
    let now: Timestamp

    /// The event that tells where the job stands; the last one when it has ended.
    var event: ServerEvent {
        guard job.state.isTerminal else {
            return ServerEvent(
                name: "progress", id: "\(job.id)-\(job.counts.processed)",
                data: .object(counts + [estimate, status]))
        }
        guard job.state == .jobComplete else {
            return ServerEvent(name: "error", id: Self.lastID(of: job.id), data: .object(ending))
        }
        let data: JSONValue = [
            "id": .string(job.id.text), "status": status.value, "progress": .object(counts),
        ]
        return ServerEvent(name: "complete", id: Self.lastID(of: job.id), data: data)
    }

    /// The id of a job's last event: who names it has seen everything.
    static func lastID(of id: JobID) -> String { "\(id)-end" }

    private var counts: [JSONValue.Member] {
        [
            .init("processed", number(job.counts.processed)), .init("total", number(job.counts.read)),
            .init("successful", number(job.counts.succeeded)), .init("failed", number(job.counts.failed)),
            .init("percentage", number(progress.percentage)),
        ]
    }

    private var status: JSONValue.Member { .init("status", .string(JobStatus.of(job.state))) }

    /// Milliseconds, as the spec's tracker counts; null while nobody can tell.
    private var estimate: JSONValue.Member {
        let rest = progress.estimatedCompletion.map { max(0, ($0.microseconds - now.microseconds) / 1000) }
        return .init("estimatedTimeRemaining", rest.map(JSONValue.integer) ?? .null)
    }

    /// Why it did not come to its end.
    private var ending: [JSONValue.Member] {
        let reason =
            job.reason
            ?? Job.Reason(
                code: .notAttempted, message: "The job was cancelled; what was committed before stays.")
        let told: [JSONValue.Member] = [
            .init("code", .string(reason.code.rawValue)), .init("message", .string(reason.message)),
            .init("id", .string(job.id.text)),
        ]
        return told + [status] + counts
    }

    private func number(_ count: Int) -> JSONValue { .integer(Int64(count)) }
}
