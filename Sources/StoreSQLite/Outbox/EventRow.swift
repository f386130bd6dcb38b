import BulkModel
import Engine
import GRDB

/// An event as a row of `breakbulk_events`, both ways.
enum EventRow {
    /// Keeps the event, and for one with a target the delivery that is due at once.
    static func insert(_ event: OutboxEvent, _ db: Database) throws {
        try db.run(
            Statements.insertEvent,
            [
                event.id, event.tenant.text, event.job.text, event.type, DatabaseBlob.value(event.body),
                event.createdAt.microseconds, event.target.map { DatabaseBlob.value(bytes($0)) },
            ])
        guard event.target != nil else { return }
        try db.run(
            Statements.insertDelivery,
            [
                db.lastInsertedRowID, event.tenant.text, event.job.text, event.createdAt.microseconds,
            ])
    }

    static func event(_ row: Row) throws -> OutboxEvent {
        OutboxEvent(
            id: row["event_id"], tenant: TenantID(row["tenant"]), job: JobID(row["job"]), type: row["type"],
            body: DatabaseBlob.bytes(row, "body"), createdAt: Timestamp(microseconds: row["created_at"]),
            target: try JobOptionsCodec.options(DatabaseBlob.bytes(row, "target")).webhook)
    }

    /// As the options of a job that ask for nothing else, which are kept in this form already.
    private static func bytes(_ target: WebhookTarget) -> [UInt8] {
        var options = JobOptions()
        options.webhook = target
        return JobOptionsCodec.bytes(options)
    }
}
