import Crypto
import Foundation
import Testing

@Suite("Webhooks", .serialized, .timeLimit(.minutes(10)))
struct WebhookRunTests {
    private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    private static func settings(_ port: Int) -> String {
        "webhooks: { secret: \(secret), allow: [\"127.0.0.1:\(port)\"], allow_http: true }\n"
    }

    private static func batch(_ url: String) -> String {
        #"{"operations": [{"method": "POST", "path": "/resources", "body": {"name": "A", "type": "image"}}], "options": {"webhook": {"url": "\#(url)", "events": ["completed", "failed"], "headers": {"X-Webhook-Secret": "secret_key"}}}}"#
    }

    @Test("a batch's end is told, signed, with the caller's headers", arguments: DatabaseKind.allCases)
    func told(on kind: DatabaseKind) async throws {
        let resources = try await ResourceBench(on: kind)
        let receiver = try await WebhookReceiver(in: resources.bench.folder, statuses: [200])
        let server = try await resources.start(Self.settings(receiver.port))
        let client = resources.client(server)
        let answer = try await client.post(
            "/batch", Self.batch("http://127.0.0.1:\(receiver.port)/batch-complete"))
        let job = try #require(answer.text("meta.job_id"), "\(answer.text)")
        let request = try #require(try await receiver.requests(1).first)
        #expect(request.path == "/batch-complete")
        #expect(request.headers["x-webhook-secret"] == "secret_key")
        #expect(request.json["event"] as? String == "batch.completed")
        #expect(request.json["job_id"] as? String == job)
        let summary = request.json["summary"] as? [String: Any]
        #expect(summary?["total_operations"] as? Int == 1 && summary?["successful"] as? Int == 1)
        let id = try #require(request.headers["webhook-id"])
        let time = try #require(request.headers["webhook-timestamp"])
        let key = SymmetricKey(data: try #require(Data(base64Encoded: String(Self.secret.dropFirst(6)))))
        let signed = Data("\(id).\(time).\(request.body)".utf8)
        let signature = Data(HMAC<SHA256>.authenticationCode(for: signed, using: key)).base64EncodedString()
        #expect(
            request.headers["webhook-signature"]?.split(separator: " ").contains("v1,\(signature)") == true)
        try await Patience.until("the delivery is settled") {
            let log = try await client.send("GET", "/webhooks/deliveries?status=delivered")
            return log.int("deliveries.0.attempts") == 1
        }
        let feed = try await client.send("GET", "/events")
        #expect(feed.text("events.0.id") == id, "\(feed.text)")
    }

    @Test(
        "a receiver that fails is tried again with the same id; one that is refused can be told by hand",
        arguments: DatabaseKind.allCases)
    func retried(on kind: DatabaseKind) async throws {
        let resources = try await ResourceBench(on: kind)
        let receiver = try await WebhookReceiver(in: resources.bench.folder, statuses: [500, 200, 410, 200])
        let server = try await resources.start(Self.settings(receiver.port))
        let client = resources.client(server)
        let url = "http://127.0.0.1:\(receiver.port)/"
        _ = try await client.post("/batch", Self.batch(url))
        let requests = try await receiver.requests(2)
        #expect(requests[0].headers["webhook-id"] == requests[1].headers["webhook-id"])
        #expect(requests[0].body == requests[1].body)
        _ = try await client.post("/batch", Self.batch(url))
        _ = try await receiver.requests(3)
        try await Patience.until("410 parks the delivery") {
            try await client.send("GET", "/webhooks/deliveries?status=parked").int("deliveries.0.attempts")
                == 1
        }
        let parked = try await client.send("GET", "/webhooks/deliveries?status=parked")
        let id = try #require(parked.at("deliveries.0.id"))
        let again = try await client.post("/webhooks/deliveries/\(id)/redeliver", "")
        #expect(again.status == 202, "\(again.text)")
        _ = try await receiver.requests(4)
        let other = BulkClient(url: client.url, key: try await resources.bench.mintKey("other"))
        #expect(try await other.post("/webhooks/deliveries/\(id)/redeliver", "").status == 404)
        #expect((try await other.send("GET", "/events").at("events") as? [Any])?.isEmpty == true)
    }

    @Test("addresses of this machine and of private networks are not called, and the log says why")
    func forbidden() async throws {
        let resources = try await ResourceBench(on: .sqlite)
        let receiver = try await WebhookReceiver(in: resources.bench.folder, statuses: [200])
        let server = try await resources.start("webhooks: { secret: \(Self.secret), allow_http: true }\n")
        let client = resources.client(server)
        for url in [
            "http://127.0.0.1:\(receiver.port)/", "http://localhost:\(receiver.port)/",
            "http://169.254.169.254/latest", "http://[::1]/", "http://10.0.0.1/", "http://0x7f.1/",
        ] {
            let answer = try await client.post(
                "/batch", Self.batch(url).replacing("\"A\"", with: "\"\(url)\""))
            // Refused at once where the address itself says it, else when it is to be called.
            guard answer.status < 300 else {
                #expect(answer.status == 400, "\(url): \(answer.text)")
                continue
            }
            let job = try #require(answer.text("meta.job_id"))
            try await Patience.until("\(url) was tried") {
                try await client.send("GET", "/webhooks/deliveries?job_id=\(job)").int(
                    "deliveries.0.attempts") ?? 0 > 0
            }
            let log = try await client.send("GET", "/webhooks/deliveries?job_id=\(job)")
            #expect(log.text("deliveries.0.last_error")?.isEmpty == false, "\(log.text)")
            #expect(log.text("deliveries.0.status") != "delivered")
        }
        #expect(try receiver.received().isEmpty)
    }

    @Test("a receiver whose certificate no known authority has signed gets nothing, and the log says so")
    func untrusted() async throws {
        let resources = try await ResourceBench(on: .sqlite)
        let certificate = try await Self.certificate(in: resources.bench.folder)
        let receiver = try await WebhookReceiver(
            in: resources.bench.folder, statuses: [200], certificate: certificate)
        let server = try await resources.start(Self.settings(receiver.port))
        let client = resources.client(server)
        let answer = try await client.post("/batch", Self.batch("https://127.0.0.1:\(receiver.port)/"))
        let job = try #require(answer.text("meta.job_id"), "\(answer.text)")
        try await Patience.until("the delivery was tried") {
            try await client.send("GET", "/webhooks/deliveries?job_id=\(job)").int("deliveries.0.attempts")
                ?? 0 > 0
        }
        let log = try await client.send("GET", "/webhooks/deliveries?job_id=\(job)")
        #expect(
            log.text("deliveries.0.last_error")?.hasPrefix("The receiver's certificate is not trusted")
                == true,
            "\(log.text)")
        #expect(log.text("deliveries.0.status") == "waiting")
        #expect(try receiver.received().isEmpty)
        // It does speak TLS to those who ask for no more.
        let asked = try await Binary.run(
            [
                "-sk", "-o", "/dev/null", "-w", "%{http_code}", "-d", "{}",
                "https://127.0.0.1:\(receiver.port)/",
            ],
            program: "/usr/bin/curl")
        #expect(asked.output == "200", "\(asked.errors)")
    }

    /// A key and a certificate for 127.0.0.1 that it has signed itself, as one PEM file.
    private static func certificate(in folder: TemporaryFolder) async throws -> String {
        let script = """
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1 \
                -addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out certificate.pem
            cat key.pem certificate.pem > receiver.pem
            """
        let run = try await Binary.run(
            ["-euo", "pipefail", "-c", script], program: "/bin/bash", in: folder.path)
        #expect(run.status == 0, "\(run.errors)")
        return folder.path + "/receiver.pem"
    }

    @Test("an end that was committed before a crash is told after it")
    func crash() async throws {
        let resources = try await ResourceBench(on: .sqlite)
        let receiver = try await WebhookReceiver(in: resources.bench.folder, statuses: [500, 500, 500, 200])
        let server = try await resources.start(Self.settings(receiver.port))
        let answer = try await resources.client(server).post(
            "/batch", Self.batch("http://127.0.0.1:\(receiver.port)/"))
        #expect(answer.status == 200)
        server.kill()
        let again = try await resources.start(Self.settings(receiver.port))
        let requests = try await receiver.requests(1)
        #expect(requests.first?.json["event"] as? String == "batch.completed")
        _ = again
    }
}
