import Foundation
import Testing

/// Every command of spec 002, typed as printed there, against `breakbulk demo`.
@Suite("The commands of spec 002, as printed", .serialized, .timeLimit(.minutes(10)))
struct SpecTests {
    /// Runs a bash script with `API_URL`, `TOKEN` and the demo's folder set; gives its output.
    private func bash(_ script: String, _ demo: Demo) async throws -> String {
        let run = try await Binary.run(
            ["-euo", "pipefail", "-c", script], program: "/bin/bash", in: demo.folder.path,
            environment: ["API_URL": demo.server.url + "/v1", "TOKEN": demo.key])
        try #require(run.status == 0, "\(run.output)\n\(run.errors)")
        return run.output
    }

    private func json(_ text: String) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
    }

    private func createScript(_ body: String) -> String {
        """
        curl -s -X POST "$API_URL/bulk/jobs" \
          -H "Authorization: Bearer $TOKEN" \
          -H "X-Tenant-ID: tenant-123" \
          -d '\(body)'
        """
    }

    @Test("create answers with the fields and state names as printed", arguments: DatabaseKind.allCases)
    func create(on kind: DatabaseKind) async throws {
        let demo = try await Demo(on: kind)
        let job = try json(
            try await bash(
                createScript(#"{"operation": "query", "object": "sales", "content_type": "CSV"}"#), demo))
        #expect((job["job_id"] as? String)?.hasPrefix("bulk-job-") == true)
        #expect(job["state"] as? String == "Open")
        #expect(job["operation"] as? String == "query")
        #expect(job["object"] as? String == "sales")
        #expect(job["content_type"] as? String == "CSV")
        #expect((job["created_at"] as? String)?.hasSuffix("Z") == true)
    }

    @Test(
        "upload, close, monitor and results work from a plain curl, CSV as printed",
        arguments: DatabaseKind.allCases)
    func insertCSV(on kind: DatabaseKind) async throws {
        let demo = try await Demo(on: kind)
        try demo.folder.write(
            """
            id,name,email,created_at
            1,John Doe,john@example.com,2026-01-01
            2,Jane Smith,jane@example.com,2026-01-02

            """, to: "data.csv")
        let output = try await bash(insertScript(content: "CSV", file: "data.csv", type: "text/csv"), demo)
        let lines = output.split(separator: "\n").map(String.init)
        #expect(
            lines[0]
                == "id,name,email,created_at,_record,_status,_action,_id,_error_code,_error,_column,_retryable"
        )
        #expect(lines[1].hasPrefix("1,John Doe,john@example.com,2026-01-01,1,success,created,1"))
        #expect(lines.count == 3)
    }

    @Test(
        "the JSON array as printed loads too, and its results are objects", arguments: DatabaseKind.allCases)
    func insertJSON(on kind: DatabaseKind) async throws {
        let demo = try await Demo(on: kind)
        try demo.folder.write(
            """
            [
              {"id": 1, "name": "John Doe", "email": "john@example.com"},
              {"id": 2, "name": "Jane Smith", "email": "jane@example.com"}
            ]

            """, to: "data.json")
        let output = try await bash(
            insertScript(content: "JSON", file: "data.json", type: "application/json"), demo)
        let objects = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [[String: Any]]
        #expect(objects?.count == 2)
        #expect(objects?.first?["name"] as? String == "John Doe")
        #expect(objects?.last?["_status"] as? String == "success")
    }

    @Test(
        "GZIP in the job takes a gzip file; its results are packed for who asks",
        arguments: DatabaseKind.allCases)
    func compression(on kind: DatabaseKind) async throws {
        let demo = try await Demo(on: kind)
        try demo.folder.write("id,name,email,created_at\n7,Ann,ann@example.com,2026-01-03\n", to: "data.csv")
        let script = """
            JOB=$(\(createScript(#"{"operation": "insert", "object": "customers", "content_type": "CSV", "compression": "GZIP"}"#)) | jq -r .job_id)
            gzip data.csv
            UPLOAD_URL=$(curl -s "$API_URL/bulk/jobs/$JOB/upload-url" -H "Authorization: Bearer $TOKEN" | jq -r .upload_url)
            curl -s -X PUT "$UPLOAD_URL" -H "Content-Type: text/csv" --data-binary @data.csv.gz > /dev/null
            curl -s -X PATCH "$API_URL/bulk/jobs/$JOB" -H "Authorization: Bearer $TOKEN" -d '{"state": "UploadComplete"}' > /dev/null
            curl -s "$API_URL/bulk/jobs/$JOB?wait=30" -H "Authorization: Bearer $TOKEN" > /dev/null
            curl -s "$API_URL/bulk/jobs/$JOB/results" -H "Authorization: Bearer $TOKEN"
            curl -s "$API_URL/bulk/jobs/$JOB/results" -H "Authorization: Bearer $TOKEN" -H "Accept-Encoding: gzip" | gunzip
            """
        let answers = try await bash(script, demo)
        let record = "7,Ann,ann@example.com,2026-01-03,1,success,created"
        #expect(answers.components(separatedBy: record).count == 3)
    }

    @Test(
        "a query job exports the object, or the rows of its SQL, page by page",
        arguments: DatabaseKind.allCases)
    func query(on kind: DatabaseKind) async throws {
        let demo = try await Demo(on: kind)
        let client = BulkClient(url: demo.server.url, key: demo.key)
        let job = try await client.create(
            #""operation": "query", "object": "sales", "query": "SELECT id, status FROM sales ORDER BY id LIMIT 5""#
        )
        _ = try await client.close(job)
        #expect(try await client.end(of: job)["state"] == "JobComplete")
        let first = try await client.send("GET", "/bulk/jobs/\(job)/results?max_records=3")
        #expect(
            first.text.split(separator: "\n").map { $0.prefix(3) } == ["id,", "1,p", "2,p", "3,p"]
                || first.text.split(separator: "\n").count == 4)
        let locator = try #require(first.headers["breakbulk-locator"])
        let second = try await client.send(
            "GET", "/bulk/jobs/\(job)/results?max_records=3&locator=\(locator)")
        #expect(second.text.split(separator: "\n").count == 3)
        #expect(second.headers["breakbulk-locator"] == "null")
        #expect(second.headers["breakbulk-number-of-records"] == "2")
    }

    @Test("list filters by state and pages by token; abort ends a job", arguments: DatabaseKind.allCases)
    func listAndAbort(on kind: DatabaseKind) async throws {
        let demo = try await Demo(on: kind)
        let client = BulkClient(url: demo.server.url, key: demo.key)
        var jobs: [String] = []
        for _ in 0..<3 { jobs.append(try await client.create(#""operation": "insert", "object": "sales""#)) }
        let aborted = try await client.send("PATCH", "/bulk/jobs/\(jobs[0])", body: #"{"state": "Aborted"}"#)
        #expect(aborted["state"] == "Aborted")
        let page = try await client.send("GET", "/bulk/jobs?state=Open&limit=1")
        let token = try #require(page["next_offset"])
        #expect((page.json["jobs"] as? [[String: Any]])?.first?["job_id"] as? String == jobs[2])
        #expect(page.json["has_more"] as? Bool == true)
        let rest = try await client.send("GET", "/bulk/jobs?state=Open&limit=25&offset=\(token)")
        #expect((rest.json["jobs"] as? [[String: Any]])?.compactMap { $0["job_id"] as? String } == [jobs[1]])
        let again = try await client.send(
            "PATCH", "/bulk/jobs/\(jobs[0])", body: #"{"state": "UploadComplete"}"#)
        #expect(again.status == 409)
        #expect(again["code"] == "JOB_STATE_CONFLICT")
    }

    private func insertScript(content: String, file: String, type: String) -> String {
        """
        JOB=$(\(createScript(#"{"operation": "insert", "object": "customers", "content_type": "\#(content)"}"#)) | jq -r .job_id)
        UPLOAD_URL=$(curl -s "$API_URL/bulk/jobs/$JOB/upload-url" -H "Authorization: Bearer $TOKEN" | jq -r .upload_url)
        curl -s -X PUT "$UPLOAD_URL" \
          -H "Content-Type: \(type)" \
          --data-binary @\(file) > /dev/null
        curl -s -X PATCH "$API_URL/bulk/jobs/$JOB" \
          -H "Authorization: Bearer $TOKEN" \
          -d '{"state": "UploadComplete"}' > /dev/null
        curl -s "$API_URL/bulk/jobs/$JOB?wait=30" -H "Authorization: Bearer $TOKEN" | jq -e '.state == "JobComplete"' > /dev/null
        curl -s "$API_URL/bulk/jobs/$JOB/results" -H "Authorization: Bearer $TOKEN"
        """
    }
}
