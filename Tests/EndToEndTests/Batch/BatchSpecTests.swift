import Foundation
import Testing

/// The requests of spec 001, typed as printed there, against `breakbulk demo`.
@Suite("The requests of spec 001, as printed", .serialized, .timeLimit(.minutes(10)))
struct BatchSpecTests {
    private static func curl(_ path: String, _ body: String, _ demo: Demo) async throws -> BulkClient.Answer {
        let script = """
            curl -s -X POST "$URL/v1\(path)" \
              -H "Authorization: Bearer $KEY" \
              -H "Content-Type: application/json" \
              -d "$BODY"
            """
        let run = try await Binary.run(
            ["-euo", "pipefail", "-c", script], program: "/bin/bash", in: demo.folder.path,
            environment: ["URL": demo.server.url, "KEY": demo.key, "BODY": body])
        try #require(run.status == 0, "\(run.output)\n\(run.errors)")
        return BulkClient.Answer(status: 200, headers: [:], body: Array(run.output.utf8))
    }

    @Test("the basic batch answers as printed", arguments: DatabaseKind.allCases)
    func basic(on kind: DatabaseKind) async throws {
        let demo = try await Demo(on: kind)
        let answer = try await Self.curl(
            "/batch",
            """
            {
              "operations": [
                { "id": "op1", "method": "POST", "path": "/resources",
                  "body": { "name": "Resource 1", "type": "document" } },
                { "id": "op2", "method": "POST", "path": "/resources",
                  "body": { "name": "Resource 2", "type": "image" } },
                { "id": "op3", "method": "PATCH", "path": "/resources/existing_123",
                  "body": { "status": "archived" } }
              ],
              "options": { "atomic": true, "continue_on_error": false }
            }
            """, demo)
        #expect(answer.statuses == [201, 201, 200], "\(answer.text)")
        #expect((0..<3).map { answer.text("results.\($0).id") } == ["op1", "op2", "op3"])
        #expect(answer.text("results.0.body.data.id")?.hasPrefix("res_") == true)
        #expect(answer.text("results.0.body.data.name") == "Resource 1")
        #expect(answer.text("results.1.body.data.type") == "image")
        #expect(answer.text("results.0.body.data.created_at")?.hasSuffix("Z") == true)
        #expect(answer.text("results.2.body.data.id") == "existing_123")
        #expect(answer.text("results.2.body.data.status") == "archived")
        #expect(answer.text("results.2.body.data.updated_at")?.hasSuffix("Z") == true)
        #expect(answer.int("meta.total_operations") == 3)
        #expect(answer.int("meta.successful") == 3)
        #expect(answer.int("meta.failed") == 0)
        #expect(answer.int("meta.duration_ms") != nil)
    }

    @Test("updates and soft deletes by ids, without ids of operations", arguments: DatabaseKind.allCases)
    func byIDs(on kind: DatabaseKind) async throws {
        let demo = try await Demo(on: kind)
        let updated = try await Self.curl(
            "/batch",
            """
            {"operations": [
              {"method": "PATCH", "path": "/resources/res_123", "body": {"status": "published"}},
              {"method": "PATCH", "path": "/resources/res_456", "body": {"status": "published"}},
              {"method": "PATCH", "path": "/resources/res_789", "body": {"status": "published"}}]}
            """, demo)
        #expect(updated.statuses == [200, 200, 200], "\(updated.text)")
        #expect(updated.text("results.2.id") == "op3")
        let deleted = try await Self.curl(
            "/batch",
            """
            {"operations": [
              {"method": "DELETE", "path": "/resources/res_123"},
              {"method": "DELETE", "path": "/resources/res_456"},
              {"method": "DELETE", "path": "/resources/res_789"}],
             "options": {"atomic": false, "soft_delete": true}}
            """, demo)
        #expect(deleted.statuses == [204, 204, 204], "\(deleted.text)")
        let client = BulkClient(url: demo.server.url, key: demo.key)
        #expect(try await client.send("GET", "/resources/res_123").status == 404)
        let sql = "SELECT count(*) AS n FROM resources WHERE id = 'res_123' AND deleted_at IS NOT NULL"
        let job = try await client.create(#""operation": "query", "object": "resources", "query": "\#(sql)""#)
        _ = try await client.close(job)
        _ = try await client.end(of: job)
        #expect(try await client.send("GET", "/bulk/jobs/\(job)/results").text == "n\n1\n")
    }

    @Test("validation errors name every faulty field", arguments: DatabaseKind.allCases)
    func validation(on kind: DatabaseKind) async throws {
        let demo = try await Demo(on: kind)
        let answer = try await Self.curl(
            "/batch",
            #"{"operations": [{"id": "op1", "method": "POST", "path": "/resources", "body": {"type": "vase"}}]}"#,
            demo)
        #expect(answer.statuses == [400])
        #expect(answer.text("results.0.error.code") == "VALIDATION_ERROR")
        let details = answer.at("results.0.error.details") as? [[String: Any]] ?? []
        #expect(Set(details.compactMap { $0["field"] as? String }) == ["name", "type"], "\(answer.text)")
        #expect(details.allSatisfy { ($0["message"] as? String)?.isEmpty == false })
        #expect(answer.text("results.0.originalOperation.method") == "POST")
        #expect(answer.text("results.0.originalOperation.path") == "/resources")
        #expect(answer.text("results.0.originalOperation.body.type") == "vase")
    }

    @Test("the CSV import of the form, with its empty first line", arguments: DatabaseKind.allCases)
    func csvImport(on kind: DatabaseKind) async throws {
        let demo = try await Demo(on: kind)
        try demo.folder.write(
            "\nname,type,status,metadata\n\"Resource 1\",document,active,\"{\"\"key1\"\":\"\"value1\"\"}\"\n"
                + "\"Resource 2\",image,active,\"{\"\"key2\"\":\"\"value2\"\"}\"\n"
                + "\"Resource 3\",video,draft,\"{\"\"key3\"\":\"\"value3\"\"}\"\n", to: "resources.csv")
        let options =
            #"{"mapping": {"name": "name", "type": "type", "status": "status", "metadata": {"type": "json", "field": "metadata"}}, "validation": "strict", "dry_run": false, "chunk_size": 1000}"#
        let script = """
            curl -s "$URL/v1/import/resources" -H "Authorization: Bearer $KEY" \
              -F 'file=@resources.csv;type=text/csv' -F "options=$OPTIONS"
            """
        let run = try await Binary.run(
            ["-euo", "pipefail", "-c", script], program: "/bin/bash", in: demo.folder.path,
            environment: ["URL": demo.server.url, "KEY": demo.key, "OPTIONS": options])
        let answer = BulkClient.Answer(status: 0, headers: [:], body: Array(run.output.utf8))
        #expect(answer["status"] == "processing", "\(answer.text)")
        #expect(answer.int("total_rows") == 3)
        #expect(answer.int("processed") == 0)
        let client = BulkClient(url: demo.server.url, key: demo.key)
        let job = try await client.ended(try #require(answer["job_id"]))
        #expect(job["type"] == "bulk_import")
        #expect(job["status"] == "completed")
        for (name, count) in [
            ("total", 3), ("processed", 3), ("successful", 3), ("failed", 0), ("percentage", 100),
        ] {
            #expect(job.int("progress.\(name)") == count, "\(name) in \(job.text)")
        }
        #expect(job["started_at"]?.hasSuffix("Z") == true)
        let found = try await client.send("GET", "/resources?name=Resource%203")
        #expect(found.text("data.0.metadata.key3") == "value3", "\(found.text)")
    }

    @Test("the JSON bulk import with upsert, validation and webhook", arguments: DatabaseKind.allCases)
    func jsonBulk(on kind: DatabaseKind) async throws {
        let demo = try await Demo(on: kind)
        let body = #"""
            {"resources": [
               {"name": "Resource 1", "type": "document", "metadata": {"key1": "value1"}},
               {"name": "Resource 2", "type": "image", "metadata": {"key2": "value2"}},
               {"name": "Resource 3", "type": "video", "metadata": {"key3": "value3"}}],
             "options": {"upsert": true, "upsert_key": "name", "validate_before_import": true,
               "notification_webhook": "https://webhook.example.com/import-complete"}}
            """#
        let client = BulkClient(url: demo.server.url, key: demo.key)
        for round in 1...2 {
            let answer = try await Self.curl("/bulk/resources", body, demo)
            #expect(answer.int("total_rows") == 3, "\(answer.text)")
            let job = try await client.ended(try #require(answer["job_id"]))
            #expect(job.int("progress.successful") == 3, "\(job.text)")
            let records = try await client.send("GET", "/jobs/\(try #require(answer["job_id"]))/records")
            let actions = (records.at("records") as? [[String: Any]] ?? []).compactMap {
                $0["action"] as? String
            }
            #expect(
                actions.count == 3 && (round == 2 || actions.allSatisfy { $0 == "created" }),
                "\(records.text)")
        }
        let found = try await client.send("GET", "/resources?name_like=Resource%20_")
        #expect((found.at("data") as? [Any])?.count == 3)
    }

    @Test("update by query answers as printed and merges the JSON column", arguments: DatabaseKind.allCases)
    func updateByQuery(on kind: DatabaseKind) async throws {
        let demo = try await Demo(on: kind)
        let body = #"""
            {"filter": {"status": "draft", "created_before": "2025-01-01T00:00:00Z"},
             "update": {"status": "archived", "metadata": {"archived_by": "system"}},
             "options": {"dry_run": DRY, "limit": 50}}
            """#
        let client = BulkClient(url: demo.server.url, key: demo.key)
        let tried = try await Self.curl("/bulk-update/resources", body.replacing("DRY", with: "true"), demo)
        #expect(tried.int("updated_count") == 50, "\(tried.text)")
        let still = try await client.send(
            "GET", "/resources?status=archived&limit=1000&updated_after=2026-01-01T00:00:00Z")
        #expect((still.at("data") as? [Any])?.isEmpty == true, "a dry run changes nothing")
        let answer = try await Self.curl("/bulk-update/resources", body.replacing("DRY", with: "false"), demo)
        #expect(answer.int("updated_count") == 50, "\(answer.text)")
        #expect(answer.int("details.successful") == 50)
        #expect(answer.int("details.failed") == 0)
        #expect(answer.int("details.skipped") == 0)
        #expect(answer.int("duration_ms") != nil)
        let changed = try await client.send(
            "GET", "/resources?status=archived&limit=1000&updated_after=2026-01-01T00:00:00Z")
        let data = changed.at("data") as? [[String: Any]] ?? []
        #expect(data.count == 50)
        let documents = data.compactMap { $0["metadata"] as? [String: Any] }
        #expect(documents.allSatisfy { $0["archived_by"] as? String == "system" })
        #expect(documents.contains { $0["owner"] != nil }, "other members stay")
    }
}
