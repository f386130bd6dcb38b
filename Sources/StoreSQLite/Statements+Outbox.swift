/// SQL over events and their deliveries.
extension Statements {
    static let insertEvent = """
        INSERT INTO breakbulk_events (id, tenant, job, type, body, created_at, target) VALUES (?, ?, ?, ?, ?, ?, ?)
        """
    static let insertDelivery = """
        INSERT INTO breakbulk_deliveries (event, tenant, job, state, attempts, next_at)
        VALUES (?, ?, ?, 'waiting', 0, ?)
        """
    static let selectEvents = """
        SELECT place, id AS event_id, tenant, job, type, body, created_at, target FROM breakbulk_events
        WHERE tenant = ? AND place > ? ORDER BY place LIMIT ?
        """

    static let selectDeliveries = """
        SELECT d.id, d.state, d.attempts, d.next_at, d.tried_at, d.status, d.error, d.answer, d.duration,
        e.id AS event_id, e.tenant, e.job, e.type, e.body, e.created_at, e.target
        FROM breakbulk_deliveries AS d JOIN breakbulk_events AS e ON e.place = d.event
        """
    static let anyDelivery =
        "SELECT EXISTS (SELECT 1 FROM breakbulk_deliveries WHERE state = 'waiting' AND next_at <= ?)"
    static let selectDueDeliveries =
        selectDeliveries + " WHERE d.state = 'waiting' AND d.next_at <= ? ORDER BY d.next_at, d.id LIMIT ?"
    static let selectDelivery = selectDeliveries + " WHERE d.id = ?"
    static let hideDelivery = "UPDATE breakbulk_deliveries SET next_at = ? WHERE id = ?"
    static let settleDelivery = """
        UPDATE breakbulk_deliveries SET state = ?, attempts = ?, next_at = ?, tried_at = ?, status = ?, error = ?,
        answer = ?, duration = ? WHERE id = ?
        """
    /// Only while it stands as it was taken.
    static let settleTakenDelivery = settleDelivery + " AND state = 'waiting' AND next_at = ?"
    static let redeliver = """
        UPDATE breakbulk_deliveries SET state = 'waiting', attempts = 0, next_at = ? WHERE id = ? AND tenant = ?
        """

    static let deleteOldDeliveries = "DELETE FROM breakbulk_deliveries WHERE event IN (\(oldEvents))"
    static let deleteOldEvents = "DELETE FROM breakbulk_events WHERE place IN (\(oldEvents))"
    private static let oldEvents =
        "SELECT place FROM breakbulk_events WHERE created_at < ? ORDER BY created_at, place LIMIT ?"
}
