import BulkModel

/// Makes one try at a delivery; never throws, for what went wrong is its result.
package protocol WebhookSender: Sendable {
    func send(_ delivery: WebhookDelivery) async -> WebhookResult
}

/// What came of one try, and what the receiver asked for.
package struct WebhookResult: Hashable, Sendable {
    package var attempt: WebhookDelivery.Attempt
    /// `Retry-After` in seconds from now on; nil when there was none that can be read.
    package var retryAfterSeconds: Int?
    /// Another try cannot go better: the address is such that nothing is ever sent to it.
    package var isFinal: Bool
    /// We did not come to try it, for a reason of our own: that is no try at the receiver, and takes none of the day's.
    package var isUntried: Bool

    package init(
        _ attempt: WebhookDelivery.Attempt, retryAfterSeconds: Int? = nil, isFinal: Bool = false,
        isUntried: Bool = false
    ) {
        self.attempt = attempt
        self.retryAfterSeconds = retryAfterSeconds
        self.isFinal = isFinal
        self.isUntried = isUntried
    }
}
