package import BulkModel

/// One event on its way to one address, and how often that was tried.
package struct WebhookDelivery: Hashable, Sendable {
    /// Names the delivery for ever.
    package var id: Int64
    package var event: OutboxEvent
    package var state: State
    /// Tries that were made.
    package var attempts: Int
    /// When it is tried next; of no meaning once it has ended.
    package var nextAt: Timestamp
    /// Until when `takeDeliveries` has hidden it for whoever holds this one: `settle` keeps nothing once that no longer stands,
    /// because somebody has made it due anew or taken it since. Nil unless it was taken; then `settle` asks nothing.
    package var takenUntil: Timestamp?
    /// The latest try; nil before the first.
    package var last: Attempt?

    /// Where a delivery stands; raw values are what callers see.
    package enum State: String, CaseIterable, Sendable {
        case waiting, delivered
        /// Given up; can be delivered again by hand.
        case parked
    }

    /// What came of one try.
    package struct Attempt: Hashable, Sendable {
        package var at: Timestamp
        /// The answer's status; nil when there was none.
        package var status: Int?
        /// Why it failed, nil when it did not; holds no secret.
        package var error: String?
        /// The beginning of the answer, for the tenant's own log.
        package var answer: [UInt8]
        package var duration: Duration

        package init(at: Timestamp, status: Int?, error: String?, answer: [UInt8], duration: Duration) {
            self.at = at
            self.status = status
            self.error = error
            self.answer = answer
            self.duration = duration
        }
    }

    package init(
        id: Int64, event: OutboxEvent, state: State, attempts: Int, nextAt: Timestamp, last: Attempt?
    ) {
        self.id = id
        self.event = event
        self.state = state
        self.attempts = attempts
        self.nextAt = nextAt
        self.last = last
    }
}
