import BulkModel
import Engine
import Synchronization
import Testing

@testable import Webhooks

@Suite("Sending a webhook to a receiver")
struct HTTPWebhookSenderTests {
    private let shelf = SecretShelf()

    /// Names and what they resolve to.
    private struct Names: NameResolver {
        var known: [String: [IPAddress]] = [:]
        var isBusy = false

        func addresses(of name: String) async throws(ResolveFailure) -> [IPAddress] {
            guard !isBusy else { throw .busy }
            guard let found = known[name] else { throw .unknownName }
            return found
        }
    }

    private func sender(
        allowed: [String] = ["127.0.0.1"], names: [String: [String]] = [:], isBusy: Bool = false,
        timeout: Duration = .seconds(30)
    ) -> HTTPWebhookSender {
        var limits = Limits()
        limits.webhookTimeout = timeout
        return HTTPWebhookSender(
            addresses: AddressGuard(
                allowed: allowed.compactMap { AllowedTarget($0) }, allowsHTTP: true, limits: limits),
            resolver: Names(known: names.mapValues { $0.compactMap { IPAddress($0) } }, isBusy: isBusy),
            secrets: shelf.secrets(configured: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), limits: limits,
            clock: WallClock { Timestamp(unixSeconds: 1_614_265_330) }, userAgent: "breakbulk/test")
    }

    private func delivery(
        _ url: String, headers: [WebhookTarget.HeaderLine] = []
    ) -> WebhookDelivery {
        let event = OutboxEvent(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", tenant: TenantID("a"), job: JobID("bulk-job-1"),
            type: "job.completed", body: Array("{\"test\": 2432232314}".utf8),
            createdAt: Timestamp(unixSeconds: 0), target: WebhookTarget(url: url, headers: headers))
        return WebhookDelivery(
            id: 1, event: event, state: .waiting, attempts: 0, nextAt: event.createdAt, last: nil)
    }

    private func send(
        _ behaviour: LocalReceiver.Behaviour, timeout: Duration = .seconds(30)
    ) async throws -> (result: WebhookResult, receiver: LocalReceiver) {
        let receiver = try await LocalReceiver.start(behaviour)
        let result = await sender(timeout: timeout).send(delivery("http://127.0.0.1:\(receiver.port)/in?x=1"))
        await receiver.stop()
        return (result, receiver)
    }

    private static let good = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"

    @Test("The stored bytes arrive with id, time, signature and the caller's own headers")
    func request() async throws {
        let receiver = try await LocalReceiver.start(.answer(Self.good))
        let result = await sender().send(
            delivery(
                "http://127.0.0.1:\(receiver.port)/in?x=1",
                headers: [
                    .init(name: "X-Webhook-Secret", value: "hush"),
                    .init(name: "Host", value: "evil.example"),
                    .init(name: "webhook-id", value: "forged"), .init(name: "X-A", value: "b\r\nX-B: c"),
                ]))
        await receiver.stop()
        #expect(result.attempt.status == 200)
        #expect(result.attempt.error == nil)
        #expect(result.attempt.answer == Array("ok".utf8))
        let text = try #require(receiver.requests.first)
        let lines = text.components("\r\n")
        #expect(lines.first == "POST /in?x=1 HTTP/1.1")
        #expect(lines.last == "{\"test\": 2432232314}")
        let headers = Set(lines.map { $0.lowercased() })
        #expect(headers.contains("content-type: application/json"))
        #expect(headers.contains("user-agent: breakbulk/test"))
        #expect(headers.contains("webhook-timestamp: 1614265330"))
        #expect(headers.contains("x-webhook-secret: hush"))
        #expect(headers.contains("host: 127.0.0.1:\(receiver.port)"))
        #expect(lines.contains("webhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek"))
        #expect(lines.contains("webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="))
        #expect(!text.contains("evil") && !text.contains("forged") && !text.contains("X-B"))
    }

    @Test("A name is called at the address it was judged by, with the name in Host")
    func named() async throws {
        let receiver = try await LocalReceiver.start(.answer(Self.good))
        // This name has no address but the one given here.
        let sender = sender(allowed: ["hooks.invalid"], names: ["hooks.invalid": ["127.0.0.1"]])
        let result = await sender.send(delivery("http://hooks.invalid:\(receiver.port)/"))
        await receiver.stop()
        #expect(result.attempt.status == 200)
        #expect(
            receiver.requests.first?.lowercased().contains("\r\nhost: hooks.invalid:\(receiver.port)\r\n")
                == true)
    }

    @Test("A name that resolves to anything inside is not called, and says so")
    func inside() async throws {
        let receiver = try await LocalReceiver.start(.answer(Self.good))
        let sender = sender(
            allowed: ["8.8.8.8"], names: ["h.example": ["8.8.8.8", "127.0.0.1"], "none.example": []])
        for url in ["http://h.example/", "http://none.example/", "http://unknown.example/"] {
            let result = await sender.send(delivery(url))
            #expect(result.attempt.status == nil)
            #expect(result.attempt.error != nil)
            #expect(!result.isFinal)
        }
        let direct = await sender.send(delivery("http://127.0.0.1:\(receiver.port)/"))
        #expect(direct.isFinal)
        #expect(receiver.requests.isEmpty)
        await receiver.stop()
    }

    @Test("A name that we are too busy to look up is no try; one that is not known is")
    func untried() async throws {
        let busy = await sender(isBusy: true).send(delivery("https://h.example/"))
        #expect(busy.isUntried)
        let unknown = await sender().send(delivery("https://h.example/"))
        #expect(!unknown.isUntried)
    }

    @Test("A receiver that speaks no TLS where https is wanted is told so in plain words")
    func noTLS() async throws {
        let receiver = try await LocalReceiver.start(.greet("HTTP/1.1 400 Bad Request\r\n\r\n"))
        let result = await sender().send(delivery("https://127.0.0.1:\(receiver.port)/"))
        await receiver.stop()
        #expect(result.attempt.status == nil)
        #expect(result.attempt.error == "The receiver does not speak TLS there.")
        #expect(!result.isFinal && !result.isUntried)
    }

    @Test("The next address is tried when the first one cannot be connected to")
    func nextAddress() async throws {
        let receiver = try await LocalReceiver.start(.answer(Self.good))
        let sender = sender(
            allowed: ["127.0.0.0/8"], names: ["hooks.invalid": ["127.99.0.1", "127.0.0.1"]])
        let result = await sender.send(delivery("http://hooks.invalid:\(receiver.port)/"))
        await receiver.stop()
        #expect(result.attempt.status == 200)
    }

    @Test("A failing answer is kept with its beginning and its wish to be left alone")
    func failing() async throws {
        let body = String(repeating: "e", count: 5000)
        let text = "HTTP/1.1 503 No\r\nretry-after: 120\r\ncontent-length: 5000\r\n\r\n\(body)"
        let (result, _) = try await send(.answer(text))
        #expect(result.attempt.status == 503)
        #expect(result.attempt.error == "The receiver answered 503.")
        #expect(result.attempt.answer.count == Limits().webhookAnswerBytesKept)
        #expect(result.retryAfterSeconds == 120)
    }

    @Test("A redirect is a failure and is not followed")
    func redirect() async throws {
        let other = try await LocalReceiver.start(.answer(Self.good))
        let text =
            "HTTP/1.1 307 Go\r\nlocation: http://127.0.0.1:\(other.port)/\r\ncontent-length: 0\r\n\r\n"
        let (result, _) = try await send(.answer(text))
        #expect(result.attempt.status == 307)
        #expect(result.attempt.error != nil)
        #expect(other.requests.isEmpty)
        await other.stop()
    }

    @Test("A receiver that never answers is given up")
    func hanging() async throws {
        let (result, receiver) = try await send(.hang, timeout: .milliseconds(300))
        #expect(receiver.requests.count == 1)
        #expect(result.attempt.status == nil)
        #expect(result.attempt.error == "The receiver did not answer in time.")
    }

    @Test("A receiver that says yes and stalls has said yes")
    func stalling() async throws {
        let head = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc"
        let (result, _) = try await send(.stall(head), timeout: .seconds(3))
        #expect(result.attempt.status == 200)
        #expect(result.attempt.error == nil)
        #expect(result.attempt.answer == Array("abc".utf8))
        let (drip, _) = try await send(.stall("HTTP/1.1 200 OK\r\nx: "), timeout: .seconds(3))
        #expect(drip.attempt.status == nil)
        #expect(drip.attempt.error != nil)
    }

    @Test("A receiver that says yes and goes on a byte at a time is left when the time is up")
    func trickling() async throws {
        let (result, receiver) = try await send(.trickle, timeout: .seconds(3))
        #expect(receiver.requests.count == 1)
        #expect(result.attempt.status == 200)
        #expect(result.attempt.error == nil)
        #expect(result.attempt.answer.first == UInt8(ascii: "x"))
        // To its end it would take days; a busy machine may be late, not that late.
        #expect(result.attempt.duration < .seconds(20))
        #expect(result.attempt.answer.count < Limits().webhookAnswerBytesKept)
    }

    @Test("A receiver that closes early has not answered")
    func closing() async throws {
        let (result, _) = try await send(.close)
        #expect(result.attempt.status == nil)
        #expect(result.attempt.error != nil)
        let (garbage, _) = try await send(.answer("220 mail.example ESMTP\r\n"))
        #expect(garbage.attempt.status == nil)
        #expect(garbage.attempt.error != nil)
    }

    @Test("A receiver that sends without end is cut off")
    func flooding() async throws {
        let (result, receiver) = try await send(.flood)
        #expect(result.attempt.status == 200)
        #expect(result.attempt.answer.count == Limits().webhookAnswerBytesKept)
        // What the buffers on the way hold, and nothing like what it had to say.
        #expect(receiver.writtenBytes < 64 << 20)
    }

    @Test("Nobody there is told as such")
    func nobody() async throws {
        let receiver = try await LocalReceiver.start(.hang)
        await receiver.stop()
        let result = await sender().send(delivery("http://127.0.0.1:\(receiver.port)/"))
        #expect(result.attempt.error == "The receiver cannot be connected to.")
        #expect(!result.isFinal)
    }

    @Test("A cancelled try ends at once")
    func cancelled() async throws {
        let receiver = try await LocalReceiver.start(.hang)
        let sender = sender()
        let delivery = delivery("http://127.0.0.1:\(receiver.port)/")
        let result = await withTaskGroup(of: WebhookResult.self) { group in
            group.addTask { await sender.send(delivery) }
            while receiver.requests.isEmpty { await Task.yield() }
            group.cancelAll()
            return await group.next()
        }
        await receiver.stop()
        #expect(result?.attempt.error != nil)
    }
}

extension String {
    fileprivate func components(_ separator: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return parts + [String(rest)]
    }
}
