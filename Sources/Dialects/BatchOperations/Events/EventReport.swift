import BulkModel
import Engine
import Formats

/// Renders an event of the feed; `data` is what a webhook is sent.
struct EventReport {
    let event: OutboxEvent
    let limits: Limits

    var value: JSONValue {
        [
            "id": .string(event.id), "type": .string(event.type), "job_id": .string(event.job.text),
            "created_at": .string(event.createdAt.rfc3339), "data": data,
        ]
    }

    /// Our own JSON: what cannot be read was damaged, and one event must not take the whole feed away.
    private var data: JSONValue {
        do {
            return try JSONParser.parse(event.body, limits: limits)
        } catch {
            return .null
        }
    }
}
