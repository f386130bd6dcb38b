/// SQL over events, deliveries and kept answers.
extension Statements {
    private static let eventColumns = "id, tenant, job, type, body, created_at, target"

    /// Parameters: `OutboxRow.parameters`. The caller has `lockEvents`.
    static let insertEvent =
        "INSERT INTO breakbulk.events (\(eventColumns)) VALUES ($1, $2, $3, $4, $5, $6, $7)"
    /// The same, with its delivery, which is due at once.
    static let insertSentEvent = """
        WITH event AS (\(insertEvent) RETURNING place, tenant, job, created_at)
        INSERT INTO breakbulk.deliveries (event, tenant, job, state, attempts, next_at)
        SELECT place, tenant, job, 'waiting', 0, created_at FROM event
        """
    /// Parameters: tenant, place, limit. Gives the place, then columns as `OutboxRow.event` reads them.
    static let selectEvents = """
        SELECT place, \(eventColumns) FROM breakbulk.events WHERE tenant = $1 AND place > $2
        ORDER BY place LIMIT $3
        """
    /// Parameters: time, limit. Gives how many.
    static let sweepEvents = """
        WITH gone AS (
            DELETE FROM breakbulk.events WHERE place IN (
                SELECT place FROM breakbulk.events WHERE created_at < $1 ORDER BY place LIMIT $2
                FOR UPDATE SKIP LOCKED)
            RETURNING place),
        deliveries AS (DELETE FROM breakbulk.deliveries WHERE event IN (SELECT place FROM gone))
        SELECT count(*) FROM gone
        """

    /// As `OutboxRow.delivery` reads them; `d` are deliveries, `e` events.
    private static let deliveryColumns = """
        d.id, d.state, d.attempts, d.next_at, d.last_at, d.last_status, d.last_error, d.last_answer,
        d.last_nanoseconds, e.id, e.tenant, e.job, e.type, e.body, e.created_at, e.target
        """
    /// Conditions, order and limit are to follow.
    static let selectDeliveries =
        "SELECT \(deliveryColumns) FROM breakbulk.deliveries AS d JOIN breakbulk.events AS e ON e.place = d.event"
    /// Parameters: time by which they are due, time until which nobody else has them, limit.
    static let takeDeliveries = """
        WITH due AS (
            SELECT id, next_at FROM breakbulk.deliveries WHERE state = 'waiting' AND next_at <= $1
            ORDER BY next_at, id LIMIT $3 FOR UPDATE SKIP LOCKED),
        d AS (
            UPDATE breakbulk.deliveries AS t SET next_at = $2 FROM due WHERE t.id = due.id
            RETURNING t.*, due.next_at AS due_at)
        SELECT \(deliveryColumns) FROM d JOIN breakbulk.events AS e ON e.place = d.event ORDER BY d.due_at, d.id
        """
    /// Parameters: id, then `OutboxRow.stateParameters`.
    static let settleDelivery = """
        UPDATE breakbulk.deliveries SET state = $2, attempts = $3, next_at = $4, last_at = $5, last_status = $6,
            last_error = $7, last_answer = $8, last_nanoseconds = $9
        WHERE id = $1
        """
    /// The same, then the time until which it was taken: only while it stands as it was.
    static let settleTakenDelivery = settleDelivery + " AND state = 'waiting' AND next_at = $10"
    /// Parameters: id, tenant, time.
    static let redeliver = """
        WITH d AS (
            UPDATE breakbulk.deliveries SET state = 'waiting', attempts = 0, next_at = $3
            WHERE id = $1 AND tenant = $2 RETURNING *)
        SELECT \(deliveryColumns) FROM d JOIN breakbulk.events AS e ON e.place = d.event
        """

    /// Parameters: tenant, digest, fingerprint, status, headers, body, time. The first one stays.
    static let insertReply = """
        INSERT INTO breakbulk.replies (tenant, digest, fingerprint, status, headers, body, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant, digest) DO NOTHING
        """
    static let selectReply = """
        SELECT fingerprint, status, headers, body, created_at FROM breakbulk.replies
        WHERE tenant = $1 AND digest = $2
        """
    /// Parameters: time, limit.
    static let sweepReplies = """
        DELETE FROM breakbulk.replies WHERE (tenant, digest) IN (
            SELECT tenant, digest FROM breakbulk.replies WHERE created_at < $1 ORDER BY created_at LIMIT $2
            FOR UPDATE SKIP LOCKED)
        """
}
