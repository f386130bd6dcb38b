import BulkModel
import Engine
import Formats

/// Renders a job as spec 002 prints it: the printed fields first and in that order, ours after them.
struct JobAnswer {
    let job: Job
    let progress: JobProgress
    let baseURL: String

    /// The job with counts, links and next steps.
    var value: JSONValue { .object(printed + counts + times + ending + guidance) }

    /// The job as an entry of a list: without the next steps.
    var listed: JSONValue { .object(printed + counts + times + ending) }

    /// Seconds after which to ask again (`Retry-After`); nil once the job has ended.
    func retryAfterSeconds(now: Timestamp) -> Int? {
        guard job.state == .uploadComplete || job.state == .inProgress else {
            return job.state == .open ? 5 : nil
        }
        guard let end = progress.estimatedCompletion else { return 1 }
        let remaining = end.since(now).components.seconds
        // Spec 002, "Monitor Progress": "Poll job status every 5-10 seconds."
        return Int(min(10, max(1, remaining + 1)))
    }

    private var printed: [JSONValue.Member] {
        [
            .init("job_id", .string(job.id.text)),
            .init("state", .string(StateName.of(job.state))),
            .init("operation", .string(job.spec.operation.rawValue)),
            .init("object", .string(job.spec.table)),
            .init("content_type", .string(job.spec.format.rawValue)),
            .init("created_at", .string(job.createdAt.rfc3339)),
            .init("number_records_processed", number(job.counts.processed)),
            .init("number_records_failed", number(job.counts.failed)),
            .init("progress_percentage", number(progress.percentage)),
        ]
    }

    private var counts: [JSONValue.Member] {
        let byCode = job.errorCounts.sorted { $0.key.rawValue < $1.key.rawValue }
        return [
            .init("number_records_succeeded", number(job.counts.succeeded)),
            .init("number_records_unprocessed", number(job.counts.unprocessed)),
            .init("number_records_total", number(job.counts.read)),
            .init("number_records_created", number(job.counts.created)),
            .init("number_records_updated", number(job.counts.updated)),
            .init("number_records_unchanged", number(job.counts.unchanged)),
            .init("number_records_deleted", number(job.counts.deleted)),
            .init("error_count", .object(byCode.map { .init($0.key.rawValue, number($0.value)) })),
            .init("compression", .string(job.spec.compression.rawValue)),
        ] + asked
    }

    /// What only jobs of other dialects have.
    private var asked: [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        if job.spec.options.isDryRun { members.append(.init("dry_run", true)) }
        if let parent = job.spec.parent { members.append(.init("parent", .string(parent.text))) }
        return members
    }

    private var times: [JSONValue.Member] {
        let rate = progress.recordsPerSecond.map { JSONValue.integer(Int64(min($0, 1e15).rounded())) }
        return [
            .init("closed_at", text(job.closedAt)),
            .init("started_at", text(job.startedAt)),
            .init("completed_at", text(job.endedAt)),
            .init("records_per_second", rate ?? .null),
            .init("estimated_completion", text(job.state.isTerminal ? nil : progress.estimatedCompletion)),
        ]
    }

    /// Why it failed, or what it waits for.
    private var ending: [JSONValue.Member] {
        guard let reason = job.reason else { return [] }
        let value: JSONValue = [
            "code": .string(reason.code.rawValue), "message": .string(reason.message),
            "retryable": .bool(reason.code.isRetryable),
        ]
        return [.init(job.state.isTerminal ? "error" : "waiting_for", value)]
    }

    private var guidance: [JSONValue.Member] {
        let links = JobLinks(job.id, baseURL: baseURL)
        var addresses: [JSONValue.Member] = [.init("self", .string(links.job))]
        switch job.spec.source {
        case .upload: addresses += files(links)
        // Their outcomes are lines of an answer, no files.
        case .batch: break
        case .selection, .stream:
            addresses.append(.init("bulk_process", .string(links.process(job.spec.table))))
        }
        let steps = NextSteps(job: job, links: links).sentences
        return [
            .init("next_steps", .array(steps.map(JSONValue.string))), .init("links", .object(addresses)),
        ]
    }

    /// Where to send the upload, and where the results are.
    private func files(_ links: JobLinks) -> [JSONValue.Member] {
        var addresses: [JSONValue.Member] = []
        if job.state == .open, job.spec.operation.isWrite, job.upload == nil {
            addresses.append(.init("upload_url", .string(links.uploadURL)))
        }
        addresses.append(.init("results", .string(links.results)))
        if job.spec.operation.isWrite {
            addresses.append(.init("failed_results", .string(links.failedResults)))
            addresses.append(.init("successful_results", .string(links.successfulResults)))
            addresses.append(.init("unprocessed_results", .string(links.unprocessedResults)))
        }
        return addresses
    }

    private func number(_ count: Int) -> JSONValue { .integer(Int64(count)) }

    private func text(_ time: Timestamp?) -> JSONValue { time.map { .string($0.rfc3339) } ?? .null }
}
