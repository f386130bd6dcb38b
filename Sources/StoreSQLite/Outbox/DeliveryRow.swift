import BulkModel
import Engine
import GRDB

/// A delivery as a row of `breakbulk_deliveries` beside its event's.
enum DeliveryRow {
    static func delivery(_ row: Row) throws -> WebhookDelivery {
        let last = (row["tried_at"] as Int64?).map { time in
            WebhookDelivery.Attempt(
                at: Timestamp(microseconds: time), status: row["status"], error: row["error"],
                answer: DatabaseBlob.bytes(row, "answer"), duration: .microseconds(row["duration"] as Int64))
        }
        return WebhookDelivery(
            id: row["id"], event: try EventRow.event(row), state: try JobRow.known(row["state"]),
            attempts: row["attempts"], nextAt: Timestamp(microseconds: row["next_at"]), last: last)
    }

    /// What a try changes, then the id.
    static func settlement(_ delivery: WebhookDelivery) -> StatementArguments {
        [
            delivery.state.rawValue, delivery.attempts, delivery.nextAt.microseconds,
            delivery.last?.at.microseconds, delivery.last?.status, delivery.last?.error,
            delivery.last.map { DatabaseBlob.value($0.answer) },
            delivery.last.map { microseconds($0.duration) }, delivery.id,
        ]
    }

    private static func microseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }
}
