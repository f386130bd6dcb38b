import Foundation
import Testing

@Suite("Options of batches", .serialized, .timeLimit(.minutes(10)))
struct BatchOptionTests {
    private static func create(_ name: String, id: String? = nil, type: String = "image") -> String {
        let id = id.map { #""id": "\#($0)", "# } ?? ""
        return
            #"{\#(id)"method": "POST", "path": "/resources", "body": {"name": "\#(name)", "type": "\#(type)"}}"#
    }

    private static func batch(_ operations: [String], _ options: String = "") -> String {
        #"{"operations": [\#(operations.joined(separator: ","))], "options": {\#(options)}}"#
    }

    @Test(
        "atomic: one failure undoes all, and each result says which part it had",
        arguments: DatabaseKind.allCases)
    func atomic(on kind: DatabaseKind) async throws {
        let resources = try await ResourceBench(on: kind)
        try await resources.insert(1..<3)
        let server = try await resources.start()
        let answer = try await resources.client(server).post(
            "/batch",
            Self.batch([Self.create("A"), Self.create("Name 1"), Self.create("B")], #""atomic": true"#))
        #expect(answer.status == 422, "\(answer.text)")
        #expect(answer.statuses == [424, 409, 424])
        #expect(answer.text("results.0.error.code") == "ROLLED_BACK")
        #expect(answer.text("results.1.error.code") == "DUPLICATE_KEY")
        #expect(answer.text("results.2.error.code") == "NOT_ATTEMPTED")
        #expect(answer.int("meta.successful") == 0 && answer.int("meta.failed") == 3)
        #expect(try await resources.count() == 2)
    }

    @Test("without atomic the good ones are done: 207", arguments: DatabaseKind.allCases)
    func mixed(on kind: DatabaseKind) async throws {
        let resources = try await ResourceBench(on: kind)
        try await resources.insert(1..<3)
        let server = try await resources.start()
        let client = resources.client(server)
        let operations = [
            Self.create("A"), Self.create("Name 1"), Self.create("B"),
            #"{"method": "PATCH", "path": "/resources/r1", "body": {"status": "gone"}}"#,
            #"{"method": "PATCH", "path": "/resources/r2", "body": {"status": "active"}}"#,
            #"{"method": "GET", "path": "/resources/r2"}"#,
            #"{"method": "DELETE", "path": "/resources/none"}"#,
            #"{"method": "POST", "path": "/nothing", "body": {}}"#,
            #"{"method": "DELETE", "path": "/breakbulk_jobs/1"}"#,
        ]
        let answer = try await client.post("/batch", Self.batch(operations))
        #expect(answer.status == 207, "\(answer.text)")
        #expect(answer.statuses == [201, 409, 201, 400, 200, 200, 404, 404, 404], "\(answer.text)")
        #expect(answer.text("results.5.body.data.status") == "active", "it reads what was written before")
        #expect(answer.int("meta.successful") == 4 && answer.int("meta.failed") == 5)
        #expect(try await resources.count() == 4)
        let retried = try await client.post(
            "/batch", Self.batch([Self.create("A")], #""suppress_success": true"#))
        #expect(retried.statuses == [409])
    }

    @Test(
        "continue_on_error false: nothing behind the first failure is done", arguments: DatabaseKind.allCases)
    func stops(on kind: DatabaseKind) async throws {
        let resources = try await ResourceBench(on: kind)
        try await resources.insert(1..<2)
        let server = try await resources.start()
        let client = resources.client(server)
        let operations = [Self.create("A"), Self.create("B"), Self.create("Name 1"), Self.create("C")]
        let answer = try await client.post(
            "/batch", Self.batch(operations, #""continue_on_error": false"#))
        #expect(answer.statuses == [201, 201, 409, 424], "\(answer.text)")
        #expect(answer.text("results.3.error.code") == "NOT_ATTEMPTED")
        #expect(try await resources.count() == 3)
    }

    @Test("suppress_success tells failures alone and counts all", arguments: DatabaseKind.allCases)
    func suppressed(on kind: DatabaseKind) async throws {
        let resources = try await ResourceBench(on: kind)
        let server = try await resources.start()
        let client = resources.client(server)
        let answer = try await client.post(
            "/batch",
            Self.batch(
                [Self.create("A"), Self.create("A"), Self.create("B")],
                #""suppress_success": true, "parallel": 4"#))
        #expect(answer.statuses == [409], "\(answer.text)")
        #expect(answer.text("results.0.id") == "op2")
        #expect(answer.int("meta.total_operations") == 3 && answer.int("meta.successful") == 2)
    }

    @Test("timeout_ms: what was not reached is said so", arguments: DatabaseKind.allCases)
    func timeout(on kind: DatabaseKind) async throws {
        let resources = try await ResourceBench(on: kind)
        let server = try await resources.start()
        let client = resources.client(server)
        let operations = (1...1000).map { Self.create("N \($0)") }
        let answer = try await client.post("/batch", Self.batch(operations, #""timeout_ms": 1"#))
        let done = answer.statuses.filter { $0 == 201 }.count
        #expect(done < 1000 && answer.statuses.last == 504, "\(answer.statuses.suffix(3))")
        #expect(answer.text("results.999.error.code") == "TIMEOUT")
        #expect(try await resources.count() == done, "what is told as done is done, and nothing else")
        let atomic = try await client.post(
            "/batch",
            Self.batch((1...1000).map { Self.create("M \($0)") }, #""timeout_ms": 1, "atomic": true"#))
        #expect(atomic.statuses.allSatisfy { $0 == 424 || $0 == 504 }, "\(atomic.status)")
        #expect(try await resources.count() == done)
    }

    @Test("soft_delete true and false, and the table's own way", arguments: DatabaseKind.allCases)
    func softDelete(on kind: DatabaseKind) async throws {
        let resources = try await ResourceBench(on: kind)
        try await resources.insert(1..<4)
        let server = try await resources.start()
        let client = resources.client(server)
        func delete(_ id: String, _ options: String) async throws -> BulkClient.Answer {
            try await client.post(
                "/batch", Self.batch([#"{"method": "DELETE", "path": "/resources/\#(id)"}"#], options))
        }
        #expect(try await delete("r1", "").statuses == [204])
        #expect(try await delete("r2", #""soft_delete": true"#).statuses == [204])
        #expect(try await delete("r3", #""soft_delete": false"#).statuses == [204])
        #expect(try await resources.rows("SELECT id FROM resources ORDER BY id") == ["r1", "r2"])
        #expect(try await resources.count() == 0)
        #expect(try await delete("r1", "").statuses == [404], "it is gone for callers")
    }

    @Test("references and depends_on", arguments: DatabaseKind.allCases)
    func references(on kind: DatabaseKind) async throws {
        let resources = try await ResourceBench(on: kind)
        let server = try await resources.start()
        let client = resources.client(server)
        let answer = try await client.post(
            "/batch",
            Self.batch([
                Self.create("A", id: "one"),
                #"{"id": "two", "method": "PATCH", "path": "/resources/$one.id", "body": {"status": "active"}}"#,
                #"{"id": "three", "method": "POST", "path": "/resources", "body": {"name": "$one.id", "type": "video", "metadata": {"of": "$two.name"}}}"#,
                Self.create("A", id: "four"),
                #"{"id": "five", "method": "DELETE", "path": "/resources/$four.id"}"#,
                #"{"id": "six", "method": "DELETE", "path": "/resources/$one.id", "depends_on": ["four"]}"#,
            ]))
        #expect(answer.statuses == [201, 200, 201, 409, 424, 424], "\(answer.text)")
        let id = try #require(answer.text("results.0.body.data.id"))
        #expect(answer.text("results.1.body.data.id") == id)
        #expect(answer.text("results.2.body.data.name") == id)
        #expect(answer.text("results.2.body.data.metadata.of") == "A")
        for (path, issue) in [("$later.id", "later"), ("$self.id", "self"), ("$none.id", "none")] {
            let refused = try await client.post(
                "/batch",
                Self.batch([
                    #"{"id": "self", "method": "PATCH", "path": "/resources/\#(path)", "body": {"status": "draft"}}"#,
                    Self.create("L", id: "later"),
                ]))
            #expect(refused.status == 400, "\(issue): \(refused.text)")
            #expect(refused.text("error.code") == "INVALID_REQUEST")
        }
        #expect(try await resources.count() == 2)
    }

    @Test("a batch with a webhook is a job that can be looked up", arguments: DatabaseKind.allCases)
    func job(on kind: DatabaseKind) async throws {
        let resources = try await ResourceBench(on: kind)
        let server = try await resources.start()
        let client = resources.client(server)
        let answer = try await client.post(
            "/batch",
            Self.batch(
                [Self.create("A"), Self.create("A")],
                #""webhook": {"url": "https://webhook.example.com/batch-complete", "events": ["completed", "failed"], "headers": {"X-Webhook-Secret": "secret_key"}}"#
            ))
        let id = try #require(answer.text("meta.job_id"), "\(answer.text)")
        let job = try await client.ended(id)
        #expect(job["type"] == "batch")
        #expect(
            job.int("progress.total") == 2 && job.int("progress.successful") == 1
                && job.int("progress.failed") == 1)
        let failed = try await client.send("GET", "/jobs/\(id)/records?status=failed")
        #expect(failed.int("records.0.record") == 2, "\(failed.text)")
        #expect(
            failed.text("records.0.error.code") == "DUPLICATE_KEY"
                || failed.text("records.0.code") == "DUPLICATE_KEY")
        let events = try await client.send("GET", "/events")
        #expect(events.text("events.0.type") == "batch.completed", "\(events.text)")
        #expect(events.text("events.0.job_id") == id)
    }

    @Test("bodies and answers go compressed as well")
    func gzip() async throws {
        let resources = try await ResourceBench(on: .sqlite)
        let server = try await resources.start()
        try resources.bench.folder.write(
            Self.batch((1...500).map { Self.create("N \($0)") }), to: "batch.json")
        let script = """
            gzip -k batch.json
            curl -s "$URL/v1/batch" -H "Authorization: Bearer $KEY" -H 'Content-Encoding: gzip' \
                -H 'Content-Type: application/json' --data-binary @batch.json.gz -o plain.json
            curl -s -D head "$URL/v1/resources?limit=500" -H "Authorization: Bearer $KEY" -H 'Accept-Encoding: gzip' -o list.gz
            grep -qi '^content-encoding: gzip' head
            gunzip -c < list.gz | jq '.data | length'
            jq '[.results[].status] | unique' -c plain.json
            """
        let run = try await Binary.run(
            ["-euo", "pipefail", "-c", script], program: "/bin/bash", in: resources.bench.folder.path,
            environment: ["URL": server.url, "KEY": resources.bench.key])
        #expect(run.output == "500\n[201]\n", "\(run.output) \(run.errors)")
    }
}
