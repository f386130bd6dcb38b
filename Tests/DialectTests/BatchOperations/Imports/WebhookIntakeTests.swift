import BulkModel
import Formats
import Testing

@testable import Dialects

@Suite("Webhooks of a request")
struct WebhookIntakeTests {
    /// What a request's `webhook` comes to, and the fields that are at fault.
    private func read(_ value: JSONValue, limits: Limits = Limits()) throws -> (WebhookTarget?, [String]) {
        var fields = try #require(FieldReader(["webhook": value], path: "options."))
        let target = WebhookIntake(limits: limits) { $0.reversed() }.target(value, "webhook", &fields)
        return (fields.faults.isEmpty ? target : nil, fields.faults.compactMap(\.field))
    }

    @Test("an address alone is told of everything")
    func address() throws {
        #expect(try read("https://x.example/a?b=c").0 == WebhookTarget(url: "https://x.example/a?b=c"))
        #expect(try read("http://localhost:8080").0 != nil)
    }

    @Test("events, header lines and secret are read as spec 001 prints them")
    func object() throws {
        let value: JSONValue = [
            "url": "https://x.example", "events": ["completed", "import.failed", "job_completed"],
            "headers": .object([.init("X-Webhook-Secret", "secret_key")]),
            "secret": "abcdefghijklmnopqrstuvwx",
        ]
        let (target, faults) = try read(value)
        #expect(faults == [])
        #expect(target?.events == ["completed", "failed"])
        #expect(target?.headers == [.init(name: "X-Webhook-Secret", value: "secret_key")])
        #expect(target?.sealedSecret == Array("xwvutsrqponmlkjihgfedcba".utf8))
    }

    @Test(
        "each fault is named",
        arguments: [
            (1, "options.webhook"), ("x.example", "options.webhook"), ("ftp://x.example", "options.webhook"),
            ("https://user@x.example", "options.webhook"), ("https://", "options.webhook"),
            ([:], "options.webhook.url"),
            (["url": ""], "options.webhook.url"),
            (["url": "https://x", "event": []], "options.webhook.event"),
            (["url": "https://x", "events": "completed"], "options.webhook.events"),
            (["url": "https://x", "events": ["job.started"]], "options.webhook.events"),
            (["url": "https://x", "headers": []], "options.webhook.headers"),
            (["url": "https://x", "secret": "whsec_AAAA"], "options.webhook.secret"),
            (
                ["url": "https://x", "secret": "whsec_no base64 no base64 no base64 no"],
                "options.webhook.secret"
            ),
            (
                ["url": "https://x", "secret": "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=="],
                "options.webhook.secret"
            ),
            (
                ["url": "https://x", "secret": "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB="],
                "options.webhook.secret"
            ),
            (["url": "https://x", "secret": ""], "options.webhook.secret"),
            (["url": "https://x", "secret": "short"], "options.webhook.secret"),
        ] as [(JSONValue, String)])
    func faults(value: JSONValue, field: String) throws {
        #expect(try read(value).1 == [field])
    }

    @Test("a secret as Standard Webhooks writes it is taken")
    func secret() throws {
        let value: JSONValue = ["url": "https://x", "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]
        #expect(try read(value).0?.sealedSecret?.count == 38)
    }

    @Test("a padded secret is taken when its last digit has no bits to spare", arguments: ["AAQ==", "AAAE="])
    func paddedSecret(end: String) throws {
        let secret = "whsec_" + String(repeating: "A", count: 36 - end.utf8.count) + end
        #expect(try read(["url": "https://x", "secret": .string(secret)]).0?.sealedSecret?.count == 42)
    }

    @Test(
        "header lines that are the server's or none at all are refused",
        arguments: [
            ("Host", "x"), ("content-type", "x"), ("Content-Length", "1"), ("Transfer-Encoding", "x"),
            ("Connection", "close"), ("Webhook-Id", "x"), ("webhook-signature", "x"), ("X Y", "x"), ("", "x"),
            ("X:", "x"), ("X\r\nY", "x"), ("X", "a\r\nb"), ("X", "a\nb"), ("X", "\u{0}"),
            ("X", String(repeating: "x", count: 4096)),
        ])
    func headers(name: String, value: String) throws {
        let target: JSONValue = ["url": "https://x", "headers": .object([.init(name, .string(value))])]
        #expect(try read(target).1 == ["options.webhook.headers.\(name)"])
    }

    @Test("header lines are texts, each once and not too many")
    func headerCount() throws {
        let names: JSONValue = .object([.init("X-A", "1"), .init("x-a", "2"), .init("X-B", 1)])
        #expect(
            try read(["url": "https://x", "headers": names]).1
                == ["options.webhook.headers.x-a", "options.webhook.headers.X-B"])
        let many: JSONValue = .object((0..<21).map { .init("X-\($0)", "1") })
        #expect(try read(["url": "https://x", "headers": many]).1 == ["options.webhook.headers"])
    }
}
