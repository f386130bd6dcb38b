import Foundation
import Testing

@Suite("Idempotency keys", .serialized, .timeLimit(.minutes(10)))
struct IdempotencyRunTests {
    private static func batch(_ names: [String]) -> String {
        let operations = names.map {
            #"{"method": "POST", "path": "/resources", "body": {"name": "\#($0)", "type": "image"}}"#
        }
        return #"{"operations": [\#(operations.joined(separator: ","))]}"#
    }

    @Test(
        "the same request is answered again from what was kept, byte by byte",
        arguments: DatabaseKind.allCases)
    func replay(on kind: DatabaseKind) async throws {
        let resources = try await ResourceBench(on: kind)
        let server = try await resources.start()
        let client = resources.client(server)
        let requests: [(path: String, body: String)] = [
            ("/batch", Self.batch(["A", "B"])), ("/batch", Self.batch(["A"])),
            ("/resources", #"{"name": "C", "type": "image"}"#),
            ("/resources", #"{"name": "C", "type": "vase"}"#),
            ("/bulk/resources", #"{"records": [{"name": "D", "type": "image"}]}"#),
            ("/bulk-update/resources", #"{"filter": {"name": "A"}, "update": {"status": "active"}}"#),
            ("/bulk/jobs", #"{"operation": "insert", "object": "resources"}"#),
        ]
        for (number, request) in requests.enumerated() {
            let headers = ["Idempotency-Key": "\"key-\(number)\""]
            let first = try await client.post(request.path, request.body, headers: headers)
            #expect(first.headers["idempotent-replayed"] == nil, "\(request.path)")
            let again = try await client.post(
                request.path, request.body, headers: ["Idempotency-Key": "key-\(number)"])
            #expect(again.status == first.status, "\(request.path): \(first.text) \(again.text)")
            #expect(again.body == first.body, "\(request.path): \(first.text) \(again.text)")
            #expect(again.headers["idempotent-replayed"] == "true", "\(request.path) \(again.status)")
            #expect(again.headers["location"] == first.headers["location"])
            let other = try await client.post(request.path, request.body + " ", headers: headers)
            #expect(other.status == 422, "\(request.path): \(other.text)")
            #expect(other.text.contains("IDEMPOTENCY_KEY_REUSED"), "\(other.text)")
        }
        let names = try await resources.rows("SELECT name FROM resources ORDER BY name")
        try await Patience.until("the bulk job is done") { try await resources.count() == 4 }
        #expect(names.filter { $0 != "D" } == ["A", "B", "C"])
    }

    @Test("an import that is sent again is not done again", arguments: DatabaseKind.allCases)
    func imports(on kind: DatabaseKind) async throws {
        let resources = try await ResourceBench(on: kind)
        let server = try await resources.start()
        let client = resources.client(server)
        let form =
            "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nname,type\nA,image\n\r\n--B--\r\n"
        let headers = ["Content-Type": "multipart/form-data; boundary=B", "Idempotency-Key": "once"]
        let first = try await client.send("POST", "/import/resources", body: form, headers: headers)
        #expect(first.status == 202, "\(first.text)")
        let again = try await client.send("POST", "/import/resources", body: form, headers: headers)
        #expect(again.body == first.body && again.headers["idempotent-replayed"] == "true", "\(again.text)")
        let other = try await client.send(
            "POST", "/import/resources", body: form.replacing("A,image", with: "B,image"), headers: headers)
        #expect(other.status == 422, "\(other.text)")
        _ = try await client.ended(try #require(first["job_id"]))
        let jobs = try await client.send("GET", "/jobs")
        #expect((jobs.at("jobs") as? [Any])?.count == 1, "\(jobs.text)")
    }

    @Test("keys are the tenant's own, must be printable, and are no help to streams")
    func scope() async throws {
        let resources = try await ResourceBench(on: .sqlite)
        let server = try await resources.start()
        let client = resources.client(server)
        let other = BulkClient(url: client.url, key: try await resources.bench.mintKey("other"))
        let headers = ["Idempotency-Key": "same"]
        #expect(try await client.post("/batch", Self.batch(["A"]), headers: headers).status == 200)
        let theirs = try await other.post("/batch", Self.batch(["B"]), headers: headers)
        #expect(theirs.status == 200 && theirs.headers["idempotent-replayed"] == nil)
        for key in [String(repeating: "k", count: 256), "\"\"", "clé"] {
            let answer = try await client.post("/batch", Self.batch(["C"]), headers: ["Idempotency-Key": key])
            #expect(answer.status == 400, "\(key.prefix(9)): \(answer.text)")
        }
        let stream = try await client.post(
            "/resources/bulk-process", #"{"operation": "delete", "options": {"all": true}}"#, headers: headers
        )
        #expect(stream.status == 400, "\(stream.text)")
        #expect(try await resources.count() == 2)
    }

    @Test(
        "whatever moment the server dies at, a batch that is sent again is done once",
        arguments: DatabaseKind.allCases)
    func crashes(on kind: DatabaseKind) async throws {
        let resources = try await ResourceBench(on: kind)
        var server = try await resources.start()
        for round in 1...15 {
            let names = (1...200).map { "R\(round)-\($0)" }
            let client = resources.client(server)
            let headers = ["Idempotency-Key": "round-\(round)"]
            async let lost = Self.attempt(client, Self.batch(names), headers)
            try await Task.sleep(for: .milliseconds(Int.random(in: 1...60)))
            server.kill()
            _ = await lost
            server = try await resources.start()
            let answer = try await resources.client(server).post(
                "/batch", Self.batch(names), headers: headers)
            #expect(answer.status == 200, "\(answer.text.prefix(300))")
            #expect(try await resources.count() == 200 * round)
        }
    }

    /// The request that loses its server, or just makes it.
    private static func attempt(
        _ client: BulkClient, _ body: String, _ headers: [String: String]
    ) async -> Bool {
        do {
            return try await client.post("/batch", body, headers: headers).status == 200
        } catch {
            return false
        }
    }
}
