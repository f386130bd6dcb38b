package import BulkModel
import Formats

/// Which events a change of a job makes; stores write them in the very transaction that changes the job.
package enum JobEvents {
    /// The events that lead from the job as it was (nil: it is new) to the job as it is: one when it has ended, else none.
    package static func due(from before: Job?, to after: Job) -> [OutboxEvent] {
        guard after.state.isTerminal, before?.state.isTerminal != true else { return [] }
        // An import that was refused with its request was never accepted: its caller has the answer.
        if after.spec.options.noun == .import, after.state == .aborted, after.closedAt == nil { return [] }
        return [event(after)]
    }

    private static func event(_ job: Job) -> OutboxEvent {
        let end = job.state == .jobComplete ? "completed" : "failed"
        let type = "\(job.spec.options.noun.rawValue).\(end)"
        let target = job.spec.options.webhook.flatMap { target in
            target.events.isEmpty || target.events.contains(end) ? target : nil
        }
        let time = job.endedAt ?? job.createdAt
        // A job ends once, so its id is the event's as well, the same however often this is worked out.
        return OutboxEvent(
            id: "evt_\(job.id.text)", tenant: job.spec.tenant, job: job.id, type: type,
            body: body(job, type: type, at: time), createdAt: time, target: target)
    }

    /// As spec 001 prints it ("Webhook Notifications"); `summary` counts operations of a batch, else records.
    private static func body(_ job: Job, type: String, at time: Timestamp) -> [UInt8] {
        let total = job.spec.options.noun == .batch ? "total_operations" : "total_records"
        var summary: [JSONValue.Member] = [
            .init(total, .integer(Int64(job.counts.read))),
            .init("successful", .integer(Int64(job.counts.succeeded))),
            .init("failed", .integer(Int64(job.counts.failed))),
            .init("duration_ms", .integer(milliseconds(job, until: time))),
        ]
        if job.counts.unprocessed > 0 {
            summary.append(.init("unprocessed", .integer(Int64(job.counts.unprocessed))))
        }
        var members: [JSONValue.Member] = [
            .init("event", .string(type)), .init("type", .string(type)),
            .init("job_id", .string(job.id.text)),
            .init("table", .string(job.spec.table)), .init("summary", .object(summary)),
        ]
        if let reason = job.reason, job.state != .jobComplete {
            members.append(
                .init("error", ["code": .string(reason.code.rawValue), "message": .string(reason.message)]))
        }
        members.append(.init("timestamp", .string(time.rfc3339)))
        var writer = JSONWriter()
        writer.value(.object(members))
        return writer.bytes
    }

    private static func milliseconds(_ job: Job, until end: Timestamp) -> Int64 {
        max(0, (end.microseconds - (job.startedAt ?? job.createdAt).microseconds) / 1000)
    }
}
