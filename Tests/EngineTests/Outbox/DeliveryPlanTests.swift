import BulkModel
import Testing

@testable import Engine

@Suite("What becomes of a delivery")
struct DeliveryPlanTests {
    private static let now = Timestamp(unixSeconds: 1_800_000_000)
    /// Random bits that leave a rest as it stands in the table.
    private static let middle = UInt64(1) << 63

    private static func delivery(attempts: Int) -> WebhookDelivery {
        WebhookDelivery(
            id: 7,
            event: OutboxEvent(
                id: "evt_1", tenant: TenantID("a"), job: JobID("bulk-job-1"), type: "job.completed",
                body: Array("{}".utf8), createdAt: now, target: WebhookTarget(url: "https://example.com/")),
            state: .waiting, attempts: attempts, nextAt: now, last: nil)
    }

    private static func settled(
        _ status: Int?, attempts: Int = 0, retryAfter: Int? = nil, isFinal: Bool = false,
        random: UInt64 = middle
    ) -> WebhookDelivery {
        let isGood = status.map { (200...299).contains($0) } ?? false
        let attempt = WebhookDelivery.Attempt(
            at: now, status: status, error: isGood ? nil : "no", answer: [], duration: .zero)
        return DeliveryPlan.settled(
            delivery(attempts: attempts),
            after: WebhookResult(attempt, retryAfterSeconds: retryAfter, isFinal: isFinal), at: now,
            random: random)
    }

    @Test("Any 2xx answer delivers", arguments: [200, 201, 202, 204, 299])
    func delivered(status: Int) {
        let settled = Self.settled(status)
        #expect(settled.state == .delivered)
        #expect(settled.attempts == 1)
        #expect(settled.last?.status == status)
    }

    @Test("Whatever else is answered, or nothing, is tried again", arguments: [nil, 199, 301, 404, 500, 503])
    func waiting(status: Int?) {
        let settled = Self.settled(status)
        #expect(settled.state == .waiting)
        #expect(settled.nextAt == Self.now + .seconds(5))
    }

    @Test("410 parks at once, and so does what no other try can mend")
    func gone() {
        #expect(Self.settled(410).state == .parked)
        #expect(Self.settled(nil, isFinal: true).state == .parked)
    }

    @Test("The rests grow to a day in all, then the delivery is parked")
    func rests() {
        var total = 0.0
        for attempts in 0..<(DeliveryPlan.attemptsMax - 1) {
            let settled = Self.settled(500, attempts: attempts)
            #expect(settled.state == .waiting)
            let rest = settled.nextAt.since(Self.now) / .seconds(1)
            #expect(rest >= total / 2 || attempts > 6)
            total += rest
        }
        #expect((23 * 3600.0...24 * 3600.0).contains(total))
        #expect(Self.settled(500, attempts: DeliveryPlan.attemptsMax - 1).state == .parked)
        #expect(Self.settled(200, attempts: DeliveryPlan.attemptsMax - 1).state == .delivered)
    }

    @Test("Rests vary by a fifth either way and never more", arguments: [0, 1, UInt64.max / 3, UInt64.max])
    func jitter(random: UInt64) {
        let rest = Self.settled(500, attempts: 1, random: random).nextAt.since(Self.now)
        #expect(rest >= .seconds(48) && rest <= .seconds(72))
    }

    @Test("Retry-After makes the rest longer where the receiver is busy", arguments: [429, 502, 503, 504])
    func retryAfter(status: Int) {
        #expect(Self.settled(status, retryAfter: 90).nextAt == Self.now + .seconds(90))
        // Never shorter than our own rest, never longer than a day.
        #expect(Self.settled(status, retryAfter: 1).nextAt == Self.now + .seconds(5))
        #expect(Self.settled(status, retryAfter: .max).nextAt == Self.now + .seconds(24 * 3600))
        #expect(Self.settled(status, retryAfter: -9).nextAt == Self.now + .seconds(5))
    }

    @Test("Retry-After of other answers is passed over")
    func otherRetryAfter() {
        #expect(Self.settled(500, retryAfter: 90).nextAt == Self.now + .seconds(5))
    }

    @Test(
        "Retry-After is read as seconds or as an HTTP date",
        arguments: [
            ("120", 120), ("0", 0), (" 7", 7), ("-1", nil), ("1.5", nil), ("soon", nil), ("", nil),
            ("Fri, 15 Jan 2027 08:00:30 GMT", 30), ("Fri, 15 Jan 2027 07:00:00 GMT", 0),
            ("Fri, 15 Jan 2027 08:00:30 CET", nil), ("Fri, 15 Foo 2027 08:00:30 GMT", nil),
            ("Fri, 15 Jan 2027 24:00:30 GMT", nil), ("99999999999999999999", nil),
        ] as [(String, Int?)])
    func reading(text: String, seconds: Int?) {
        #expect(RetryAfter.seconds(text, now: Self.now) == seconds)
    }
}
