package import BulkModel

/// What becomes of a delivery after a try: delivered, tried again later, or parked.
package enum DeliveryPlan {
    /// Rests before the second and every further try, about a day in all.
    static let rests: [Duration] = [
        .seconds(5), .seconds(60), .seconds(5 * 60), .seconds(30 * 60), .seconds(3600), .seconds(2 * 3600),
        .seconds(4 * 3600), .seconds(8 * 3600), .seconds(8 * 3600),
    ]
    /// Tries before a delivery is parked.
    package static let attemptsMax = rests.count + 1
    /// A receiver cannot put us off for longer.
    static let retryAfterSecondsMax = 24 * 3600
    /// Rests vary by this much either way, so that what failed together is not tried together.
    static let jitter = 0.2

    /// "Gone" (RFC 9110, 15.5.11): the receiver wants no more.
    private static let gone = 410
    /// Too many requests, bad gateway, unavailable, gateway time-out: `Retry-After` is looked at.
    private static let pausing: Set<Int> = [429, 502, 503, 504]

    /// The delivery as it is after the try.
    package static func settled(
        _ delivery: WebhookDelivery, after result: WebhookResult, at now: Timestamp, random: UInt64
    ) -> WebhookDelivery {
        var delivery = delivery
        delivery.attempts += 1
        delivery.last = result.attempt
        let status = result.attempt.status
        if let status, (200...299).contains(status), result.attempt.error == nil {
            delivery.state = .delivered
            return delivery
        }
        guard status != gone, !result.isFinal, delivery.attempts < attemptsMax else {
            delivery.state = .parked
            return delivery
        }
        delivery.state = .waiting
        delivery.nextAt = now + rest(after: delivery.attempts, result, random: random)
        return delivery
    }

    /// The receiver's wish can make the rest longer, never shorter.
    private static func rest(after attempts: Int, _ result: WebhookResult, random: UInt64) -> Duration {
        let rest = varied(rests[max(0, attempts - 1)], random: random)
        guard let status = result.attempt.status, pausing.contains(status),
            let seconds = result.retryAfterSeconds
        else { return rest }
        return max(rest, .seconds(min(max(0, seconds), retryAfterSecondsMax)))
    }

    /// Between `1 - jitter` and `1 + jitter` times the duration.
    static func varied(_ duration: Duration, random: UInt64) -> Duration {
        let fraction = Double(random >> 11) / Double(UInt64(1) << 53)
        return duration * (1 - jitter + 2 * jitter * fraction)
    }
}
