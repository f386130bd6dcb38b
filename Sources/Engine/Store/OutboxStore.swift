package import BulkModel

/// A store that keeps what happened to jobs until it was told.
///
/// The rows are written by the store itself, in the transaction that changes a job: for every job that it inserts or changes
/// it asks `JobEvents.due(from:to:)`, keeps each event, and for an event with a target also a delivery that is due at once.
/// What it promises beyond the signatures is the suite in `StoreConformance`.
package protocol OutboxStore: Store {
    /// Events of the tenant behind the place `after` (0: from the first one kept), in the order of their places. An event that
    /// is given is never followed by one with a smaller place: those that an open transaction may still come before are held
    /// back.
    func events(of tenant: TenantID, after place: Int64, limit: Int) async throws(StoreError)
        -> [(place: Int64, event: OutboxEvent)]

    /// Deliveries that are due at `now`, the longest due first; until `hidden` no other call gives them, so that no two nodes
    /// try at once. One that nobody settles by then is due again. What is given has `hidden` as `nextAt` and `takenUntil`.
    func takeDeliveries(dueAt now: Timestamp, hiddenUntil hidden: Timestamp, limit: Int)
        async throws(StoreError) -> [WebhookDelivery]

    /// Keeps what came of a try: state, tries, when it is due next, the last attempt. Nothing when it is gone, and nothing when
    /// it has `takenUntil` and no longer waits until just then: what happened meanwhile stands.
    func settle(_ delivery: WebhookDelivery) async throws(StoreError)

    /// Deliveries of the tenant, newest first, behind (older than) the id `before`; nil fields do not restrict.
    func deliveries(
        of tenant: TenantID, state: WebhookDelivery.State?, job: JobID?, before: Int64?, limit: Int
    ) async throws(StoreError) -> [WebhookDelivery]

    /// Makes the tenant's delivery due at `now`, whatever its state, its tries counted anew; nil when there is none.
    func redeliver(_ id: Int64, of tenant: TenantID, at now: Timestamp) async throws(StoreError)
        -> WebhookDelivery?

    /// Removes events made before this time and deliveries that belong to them, at most `limit` events; gives how many.
    func sweepEvents(before time: Timestamp, limit: Int) async throws(StoreError) -> Int
}
