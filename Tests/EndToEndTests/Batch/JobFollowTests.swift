import Foundation
import Testing

@Suite("Jobs, as dialect 001 shows them", .serialized, .timeLimit(.minutes(10)))
struct JobFollowTests {
    private static func load(_ csv: String, _ client: BulkClient) async throws -> String {
        try #require(try await client.load(csv, into: "resources")["job_id"])
    }

    private static let mixed =
        "id,name,type,created_at,updated_at\n"
        + (1...20).map { "x\($0),N \($0),\($0 % 5 == 0 ? "vase" : "image"),2025-01-01,2025-01-01\n" }.joined()

    @Test("records of a job are listed by status and code, page by page", arguments: DatabaseKind.allCases)
    func records(on kind: DatabaseKind) async throws {
        let resources = try await ResourceBench(on: kind)
        let server = try await resources.start()
        let client = resources.client(server)
        let job = try await Self.load(Self.mixed, client)
        var found: [Int] = []
        var cursor: String?
        repeat {
            let more = cursor.map { "&cursor=\($0)" } ?? ""
            let page = try await client.send("GET", "/jobs/\(job)/records?status=failed&limit=3\(more)")
            #expect(page.status == 200, "\(page.text)")
            found += (page.at("records") as? [[String: Any]] ?? []).compactMap { $0["record"] as? Int }
            cursor = page["next_cursor"]
        } while cursor != nil
        #expect(found == [5, 10, 15, 20])
        let others = try await client.send("GET", "/jobs/\(job)/records?status=failed&code=DUPLICATE_KEY")
        #expect((others.at("records") as? [Any])?.isEmpty == true)
        let all = try await client.send("GET", "/jobs/\(job)/records?limit=100")
        #expect((all.at("records") as? [Any])?.count == 20)
        #expect(try await client.send("GET", "/jobs/\(job)/records?status=lost").status == 400)
        let listed = try await client.send("GET", "/jobs?limit=1")
        #expect(listed.text("jobs.0.id") == job, "\(listed.text)")
        #expect(try await client.send("GET", "/jobs/none").text("error.code") == "JOB_NOT_FOUND")
    }

    @Test("a retry takes the failed records, and its outcomes roll up", arguments: DatabaseKind.allCases)
    func retry(on kind: DatabaseKind) async throws {
        let resources = try await ResourceBench(on: kind)
        let server = try await resources.start()
        let client = resources.client(server)
        let job = try await Self.load(Self.mixed, client)
        let again = try await client.post("/jobs/\(job)/retry", "")
        #expect(again.status == 202, "\(again.text)")
        let child = try await client.ended(try #require(again["job_id"] ?? again["id"]))
        #expect(child.int("progress.total") == 4 && child.int("progress.failed") == 4, "\(child.text)")
        let fixed =
            "id,name,type,created_at,updated_at\n"
            + [5, 10, 15].map { "x\($0),N \($0),video,2025-01-01,2025-01-01\n" }.joined()
        let corrected = try await client.send(
            "POST", "/jobs/\(job)/retry", body: fixed, headers: ["Content-Type": "text/csv"])
        #expect(corrected.status == 202, "\(corrected.text)")
        let second = try await client.ended(try #require(corrected["job_id"] ?? corrected["id"]))
        #expect(second.int("progress.successful") == 3, "\(second.text)")
        let parent = try await client.send("GET", "/jobs/\(job)")
        #expect(
            parent.int("progress.total") == 20 && parent.int("progress.successful") == 19, "\(parent.text)")
        #expect(parent.int("progress.failed") == 1)
        #expect((parent.at("retries") as? [Any])?.count == 2)
        #expect(try await resources.count() == 19)
        // Which of the four the file stood for is not known: the one that is left wants a file as well.
        let unclear = try await client.post("/jobs/\(job)/retry", "")
        #expect(unclear.status == 409, "\(unclear.text)")
        #expect(unclear.text("error.message")?.contains("1 is still not done") == true, "\(unclear.text)")
        let last = try await client.send(
            "POST", "/jobs/\(job)/retry",
            body: "id,name,type,created_at,updated_at\nx20,N,video,2025-01-01,2025-01-01\n",
            headers: ["Content-Type": "text/csv"])
        _ = try await client.ended(try #require(last["job_id"]))
        let whole = try await client.send("GET", "/jobs/\(job)")
        #expect(whole.int("progress.total") == 20 && whole.int("progress.failed") == 0, "\(whole.text)")
    }

    @Test("a job that waits for its upload can be cancelled, once", arguments: DatabaseKind.allCases)
    func cancel(on kind: DatabaseKind) async throws {
        let resources = try await ResourceBench(on: kind)
        let server = try await resources.start()
        let client = resources.client(server)
        let job = try await client.create(#""operation": "insert", "object": "resources""#)
        let before = try await client.send("GET", "/jobs/\(job)")
        #expect(before["status"] == "pending" && before["type"] == "bulk_insert", "\(before.text)")
        let cancelled = try await client.post("/jobs/\(job)/cancel", "")
        #expect(cancelled.status == 200 && cancelled["status"] == "cancelled", "\(cancelled.text)")
        let again = try await client.post("/jobs/\(job)/cancel", "")
        #expect(again.status == 409 && again.text("error.code") == "JOB_STATE_CONFLICT", "\(again.text)")
    }

    @Test(
        "progress events end with complete; what had ended says so at once", arguments: DatabaseKind.allCases)
    func events(on kind: DatabaseKind) async throws {
        let resources = try await ResourceBench(on: kind)
        let server = try await resources.start()
        let client = resources.client(server)
        let job = try await Self.load(Self.mixed, client)
        let script = """
            curl -sN -D head "$URL/v1/jobs/\(job)/progress" -H "Authorization: Bearer $KEY" > events
            grep -qi '^content-type: text/event-stream' head
            grep -c '^event: complete' events
            ID=$(sed -n 's/^id: //p' events | tail -1)
            curl -s -o /dev/null -w '%{http_code}\\n' "$URL/v1/jobs/\(job)/progress" -H "Authorization: Bearer $KEY" -H "Last-Event-ID: $ID"
            TICKET=$(curl -s -X POST "$URL/v1/jobs/\(job)/progress-token" -H "Authorization: Bearer $KEY" | jq -r .url)
            curl -sN "$TICKET" | grep -c '^event: complete'
            curl -s -o /dev/null -w '%{http_code}\\n' "$URL/v1/jobs/\(job)/progress"
            curl -s -o /dev/null -w '%{http_code}\\n' "$URL/v1/jobs/\(job)/progress?token=forged"
            sed -n 's/^data: //p' events | tail -1 | jq -c '{id: (.id != null), status, progress: .progress.processed}'
            """
        let run = try await Binary.run(
            ["-euo", "pipefail", "-c", script], program: "/bin/bash", in: resources.bench.folder.path,
            environment: ["URL": server.url, "KEY": resources.bench.key])
        #expect(
            run.output == "1\n204\n1\n401\n401\n" + #"{"id":true,"status":"completed","progress":20}"# + "\n",
            "\(run.output) \(run.errors)")
    }

    @Test("who listens from the start sees progress rise and one end", arguments: DatabaseKind.allCases)
    func live(on kind: DatabaseKind) async throws {
        let resources = try await ResourceBench(on: kind)
        let server = try await resources.start()
        let client = resources.client(server)
        let job = try await client.create(#""operation": "insert", "object": "resources""#)
        let csv =
            "id,name,type,created_at,updated_at\n"
            + (1...30_000).map { "x\($0),N \($0),image,2025-01-01,2025-01-01\n" }.joined()
        _ = try await client.upload(Array(csv.utf8), to: job)
        async let followed = Binary.run(
            [
                "-euo", "pipefail", "-c",
                #"curl -sN "$URL/v1/jobs/$JOB/progress" -H "Authorization: Bearer $KEY""#,
            ],
            program: "/bin/bash", in: resources.bench.folder.path,
            environment: ["URL": server.url, "KEY": resources.bench.key, "JOB": job])
        _ = try await client.close(job)
        let output = try await followed.output
        #expect(output.hasPrefix("retry: 3000"), "\(output.prefix(100))")
        let data = output.split(separator: "\n").filter { $0.hasPrefix("data: ") }.map { $0.dropFirst(6) }
        let events = data.compactMap {
            try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
        let counts = events.compactMap { $0["processed"] as? Int }
        #expect(counts == counts.sorted())
        #expect(output.components(separatedBy: "event: complete").count == 2)
    }
}
