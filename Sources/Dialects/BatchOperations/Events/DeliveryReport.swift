import BulkModel
import Engine
import Formats

/// Renders a delivery for the tenant's log: no secret, no header lines, no query of the address.
struct DeliveryReport {
    let delivery: WebhookDelivery
    let limits: Limits

    var value: JSONValue {
        let event = delivery.event
        let url = event.target.map { WebhookURL.shown($0.url, bytesMax: limits.webhookURLBytesMax) }
        return .object(
            [
                .init("id", .string(String(delivery.id))), .init("event_id", .string(event.id)),
                .init("type", .string(event.type)), .init("job_id", .string(event.job.text)),
                .init("url", url.map(JSONValue.string) ?? .null),
                .init("status", .string(delivery.state.rawValue)),
                .init("attempts", .integer(Int64(delivery.attempts))),
                .init("created_at", .string(event.createdAt.rfc3339)),
                .init("next_attempt_at", time(delivery.state == .waiting ? delivery.nextAt : nil)),
            ] + last)
    }

    private var last: [JSONValue.Member] {
        let last = delivery.last
        let milliseconds = last.map { Int64(max(.zero, $0.duration) / .milliseconds(1)) }
        return [
            .init("last_attempt_at", time(last?.at)),
            .init("last_status", last?.status.map { .integer(Int64($0)) } ?? .null),
            .init("last_error", last?.error.map(JSONValue.string) ?? .null),
            .init("last_duration_ms", milliseconds.map(JSONValue.integer) ?? .null),
            // Whatever the receiver sent: made valid text, not trusted.
            .init("last_answer", last.map { .string(String(decoding: $0.answer, as: UTF8.self)) } ?? .null),
        ]
    }

    private func time(_ time: Timestamp?) -> JSONValue { time.map { .string($0.rfc3339) } ?? .null }
}
