import BulkModel
import Engine

/// Events and deliveries as rows, both ways; columns in the order of `Statements`.
enum OutboxRow {
    /// For `Statements.insertEvent`.
    static func parameters(_ event: OutboxEvent) -> [Parameter] {
        [
            .storable(event.id), .storable(event.tenant.text), .storable(event.job.text),
            .storable(event.type), .bytes(event.body), .time(event.createdAt), .bytes(bytes(event.target)),
        ]
    }

    /// For `Statements.settleDelivery`, behind the id.
    static func stateParameters(_ delivery: WebhookDelivery) -> [Parameter] {
        let last = delivery.last
        return [
            .text(delivery.state.rawValue), .integer(delivery.attempts), .time(delivery.nextAt),
            .optional(last?.at), .optional(last?.status), .optional(last?.error),
            last.map { .bytes($0.answer) } ?? .null, .optional(last.map { nanoseconds($0.duration) }),
        ]
    }

    /// The event in the reader's next columns.
    static func event(_ reader: inout RowReader) throws(StoreError) -> OutboxEvent {
        OutboxEvent(
            id: reader.text(), tenant: TenantID(reader.text()), job: JobID(reader.text()),
            type: reader.text(), body: reader.bytes(), createdAt: reader.time(),
            target: try target(reader.bytes()))
    }

    /// The deliveries of all rows.
    static func deliveries(_ rows: Rows) throws(StoreError) -> [WebhookDelivery] {
        var deliveries: [WebhookDelivery] = []
        for row in 0..<rows.count {
            var reader = RowReader(rows, row)
            deliveries.append(try delivery(&reader))
        }
        return deliveries
    }

    private static func delivery(_ reader: inout RowReader) throws(StoreError) -> WebhookDelivery {
        let id = Int64(reader.integer())
        let state: WebhookDelivery.State = try reader.known()
        let attempts = reader.integer()
        let nextAt = reader.time()
        let last = attempt(&reader)
        return WebhookDelivery(
            id: id, event: try event(&reader), state: state, attempts: attempts, nextAt: nextAt, last: last)
    }

    private static func attempt(_ reader: inout RowReader) -> WebhookDelivery.Attempt? {
        guard let time = reader.optionalTime() else {
            reader.skip(4)
            return nil
        }
        return WebhookDelivery.Attempt(
            at: time, status: reader.optionalInteger(), error: reader.optionalText(),
            answer: reader.bytes(), duration: .nanoseconds(reader.integer()))
    }

    /// As the options of a job that has the target and nothing else; empty for none.
    private static func bytes(_ target: WebhookTarget?) -> [UInt8] {
        var options = JobOptions()
        options.webhook = target
        return JobOptionsCodec.bytes(options)
    }

    private static func target(_ bytes: [UInt8]) throws(StoreError) -> WebhookTarget? {
        try JobOptionsCodec.options(bytes).webhook
    }

    private static func nanoseconds(_ duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        return Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
    }
}
