import BulkModel
import Engine
import Synchronization

/// A sender whose receivers do what the test says; notes what was sent, and how many at once.
final class ScriptedSender: WebhookSender {
    struct Books {
        var sent: [WebhookDelivery] = []
        var underWay: [String: Int] = [:]
        var mostAtOnce = 0
        var mostPerHost = 0
    }

    let books = Mutex(Books())
    private let answer: @Sendable (WebhookDelivery, _ number: Int) async -> WebhookResult

    /// `number` counts, from 1, the tries at this delivery.
    init(_ answer: @escaping @Sendable (WebhookDelivery, _ number: Int) async -> WebhookResult) {
        self.answer = answer
    }

    func send(_ delivery: WebhookDelivery) async -> WebhookResult {
        let host = delivery.event.target?.url ?? ""
        let number = books.withLock { books in
            books.sent.append(delivery)
            books.underWay[host, default: 0] += 1
            books.mostAtOnce = max(books.mostAtOnce, books.underWay.values.reduce(0, +))
            books.mostPerHost = max(books.mostPerHost, books.underWay[host, default: 0])
            return books.sent.count { $0.id == delivery.id }
        }
        let result = await answer(delivery, number)
        books.withLock { $0.underWay[host, default: 1] -= 1 }
        return result
    }

    /// How often each delivery was sent.
    var counts: [Int64: Int] {
        books.withLock { books in Dictionary(books.sent.map { ($0.id, 1) }, uniquingKeysWith: +) }
    }

    /// A try that got this status, or nothing at all.
    static func result(_ status: Int?, retryAfter: Int? = nil) -> WebhookResult {
        let isGood = status.map { (200...299).contains($0) } ?? false
        return WebhookResult(
            WebhookDelivery.Attempt(
                at: Timestamp(unixSeconds: 0), status: status, error: isGood ? nil : "failed", answer: [],
                duration: .zero),
            retryAfterSeconds: retryAfter)
    }
}
