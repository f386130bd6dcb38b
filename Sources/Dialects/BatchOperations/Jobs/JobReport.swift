import BulkModel
import Engine
import Formats

/// Renders a job as spec 001 prints it ("Job Status Endpoint"): the printed fields first and in that order, ours after them.
///
/// `progress` counts the records of the job and its retries together; everything else is the job's own, which then stands
/// under `first_run` where it would seem to be about all of them.
struct JobReport {
    let family: JobFamily
    let progress: JobProgress
    let warnings: [String]
    let baseURL: String

    private var job: Job { family.job }

    /// The job with its retries and links.
    var value: JSONValue { .object(printed + details + relatives + [.init("links", .object(links))]) }

    /// The job as an entry of a list.
    var listed: JSONValue { .object(printed + details + parent) }

    private var printed: [JSONValue.Member] {
        let counts = family.counts
        let percentage = family.retries.isEmpty ? progress.percentage : family.percentage
        return [
            .init("id", .string(job.id.text)),
            .init("type", .string(JobKind.of(job.spec))),
            .init("status", .string(JobStatus.of(job.state))),
            .init(
                "progress",
                [
                    "total": number(counts.read), "processed": number(counts.processed),
                    "successful": number(counts.succeeded), "failed": number(counts.failed),
                    "percentage": number(percentage),
                ]),
            .init("started_at", text(job.startedAt)),
            .init("estimated_completion", text(job.state.isTerminal ? nil : progress.estimatedCompletion)),
        ]
    }

    private var details: [JSONValue.Member] {
        var members: [JSONValue.Member] = [
            .init("table", .string(job.spec.table)),
            .init("operation", .string(job.spec.operation.rawValue)),
            .init("created_at", text(job.createdAt)),
            .init("completed_at", text(job.endedAt)),
            .init("unprocessed", number(family.counts.unprocessed)),
            .init(family.retries.isEmpty ? "error_count" : "first_run", errors),
            .init("dry_run", .bool(job.spec.options.isDryRun)),
        ]
        if let reason = job.reason {
            let value: JSONValue = [
                "code": .string(reason.code.rawValue), "message": .string(reason.message),
                "retryable": .bool(reason.code.isRetryable),
            ]
            members.append(.init(job.state.isTerminal ? "error" : "waiting_for", value))
        }
        return members
    }

    private var errors: JSONValue {
        let byCode = job.errorCounts.sorted { $0.key.rawValue < $1.key.rawValue }
        let counts = JSONValue.object(byCode.map { .init($0.key.rawValue, number($0.value)) })
        guard !family.retries.isEmpty else { return counts }
        return [
            "successful": number(job.counts.succeeded), "failed": number(job.counts.failed),
            "error_count": counts,
        ]
    }

    private var parent: [JSONValue.Member] {
        job.spec.parent.map { [.init("parent", .string($0.text))] } ?? []
    }

    private var relatives: [JSONValue.Member] {
        var members = parent
        if !family.retries.isEmpty {
            members.append(.init("retries", .array(family.retries.map(entry))))
        }
        if !warnings.isEmpty {
            members.append(.init("warnings", .array(warnings.map(JSONValue.string))))
        }
        return members
    }

    private func entry(_ retry: Job) -> JSONValue {
        [
            "id": .string(retry.id.text), "status": .string(JobStatus.of(retry.state)),
            "total": number(retry.counts.read), "successful": number(retry.counts.succeeded),
            "failed": number(retry.counts.failed),
        ]
    }

    private var links: [JSONValue.Member] {
        let links = JobReportLinks(job.id, baseURL: baseURL)
        var members: [JSONValue.Member] = [
            .init("self", .string(links.job)), .init("progress", .string(links.progress)),
        ]
        if let parent = job.spec.parent {
            members.append(.init("parent", .string(JobReportLinks(parent, baseURL: baseURL).job)))
        }
        guard job.state.isTerminal else {
            members.append(.init("cancel", .string(links.cancel)))
            return members
        }
        guard job.spec.operation.isWrite, !job.isSwept else { return members }
        members.append(.init("records", .string(links.records)))
        guard family.counts.failed + family.counts.unprocessed > 0 else { return members }
        members.append(.init("failed_records", .string(links.failedRecords)))
        if job.spec.source == .upload { members.append(.init("retry", .string(links.retry))) }
        return members
    }

    private func number(_ count: Int) -> JSONValue { .integer(Int64(count)) }

    private func text(_ time: Timestamp?) -> JSONValue { time.map { .string($0.rfc3339) } ?? .null }
}
