import BulkModel
import Engine
import Formats
import Testing

@testable import Dialects

@Suite("Job routes of spec 001")
struct JobRoutesTests {
    /// Two good records, one without a name, one that cannot be decoded.
    private static let text = "id,name\n1,a\n2,\n3,c,d\n4,e\n"

    @Test("a job has the printed fields first, in that order, and its counts")
    func shows() async throws {
        let stage = try JobStage()
        var options = JobOptions()
        options.noun = .import
        let job = try await stage.endedJob(Self.text, options: options)
        let reply = try await stage.send(.get, "/v1/jobs/\(job.id)")
        #expect(reply.status == 200)
        #expect(
            reply.names.prefix(6) == [
                "id", "type", "status", "progress", "started_at", "estimated_completion",
            ])
        #expect(reply.value["type"]?.string == "bulk_import")
        #expect(reply.value["status"]?.string == "completed")
        #expect(
            reply.value["progress"] == [
                "total": 4, "processed": 4, "successful": 2, "failed": 2, "percentage": 100,
            ])
        #expect(reply.value["error_count"] == ["MALFORMED_RECORD": 1, "MISSING_VALUE": 1])
        #expect(reply.value["dry_run"] == false)
        #expect(reply.value["links"]?["retry"]?.string == "http://localhost/v1/jobs/\(job.id)/retry")
        #expect(reply.value["links"]?["cancel"] == nil)
    }

    @Test("another tenant's job does not exist, and refusals have the envelope of spec 001")
    func hidesOthers() async throws {
        let stage = try JobStage()
        let job = try await stage.job(Self.text, tenant: "other")
        for (method, path) in [
            (Dialects.Method.get, ""), (.get, "/records"), (.post, "/cancel"), (.post, "/retry"),
        ] {
            let reply = try await stage.send(method, "/v1/jobs/\(job.id)\(path)")
            #expect(reply.status == 404)
            #expect(reply.code == "JOB_NOT_FOUND")
        }
        #expect(try await stage.send(.get, "/v1/jobs").value["jobs"] == [])
    }

    @Test("the list has pages, by status, whose cursors are good for nothing else")
    func lists() async throws {
        let stage = try JobStage()
        var ids: [String] = []
        for index in 1...5 { ids.append(try await stage.job("id,name\n\(index),a\n").id.text) }
        var seen: [String] = []
        var query = "limit=2&status=processing"
        var cursor = ""
        for page in 1...3 {
            let reply = try await stage.send(.get, "/v1/jobs", query: query)
            #expect(reply.value["jobs"]?.array?.count == (page == 3 ? 1 : 2))
            #expect(reply.value["has_more"]?.bool == (page < 3))
            seen += reply.value["jobs"]?.array?.compactMap { $0["id"]?.string } ?? []
            guard let next = reply.value["next_cursor"]?.string else { break }
            cursor = next
            query = "limit=2&status=processing&cursor=\(next)"
        }
        #expect(seen == ids.reversed())
        #expect(try await stage.send(.get, "/v1/jobs", query: "status=pending").value["jobs"] == [])
        for query in ["cursor=\(cursor)", "status=InProgress", "limit=0", "cursor=x", "state=processing"] {
            #expect(try await stage.send(.get, "/v1/jobs", query: query).status == 400)
        }
    }

    @Test("a job is cancelled once")
    func cancels() async throws {
        let stage = try JobStage()
        let job = try await stage.job(Self.text)
        let path = "/v1/jobs/\(job.id)/cancel"
        let reply = try await stage.send(.post, path)
        #expect(reply.status == 200)
        #expect(reply.value["status"]?.string == "cancelled")
        #expect(reply.value["unprocessed"] == 4)
        #expect(try await stage.send(.post, path).code == "JOB_STATE_CONFLICT")
    }

    @Test("records come by status, code and page")
    func tellsRecords() async throws {
        let stage = try JobStage()
        let job = try await stage.endedJob(Self.text)
        let path = "/v1/jobs/\(job.id)/records"
        var seen: [JSONValue] = []
        var query = "limit=3"
        while seen.count < 10 {
            let reply = try await stage.send(.get, path, query: query)
            seen += reply.value["records"]?.array ?? []
            guard let next = reply.value["next_cursor"]?.string else { break }
            query = "limit=3&cursor=\(next)"
        }
        #expect(seen.compactMap { $0["record"]?.integer } == [1, 2, 3, 4])
        #expect(seen.compactMap { $0["status"]?.string } == ["success", "failed", "failed", "success"])
        #expect(seen[1]["error"]?["code"]?.string == "MISSING_VALUE")
        #expect(seen[1]["error"]?["field"]?.string == "name")
        #expect(seen[1]["line"] == 3)
        let coded = try await stage.send(.get, path, query: "status=failed&code=MALFORMED_RECORD")
        #expect(coded.value["records"]?.array?.compactMap { $0["record"]?.integer } == [3])
        for query in ["status=bad", "code=NOPE", "cursor=x", "part=all"] {
            #expect(try await stage.send(.get, path, query: query).status == 400)
        }
    }

    @Test("a retry answers as an import does, and its outcomes roll up")
    func retries() async throws {
        let stage = try JobStage()
        let job = try await stage.endedJob(Self.text)
        let path = "/v1/jobs/\(job.id)/retry"
        let reply = try await stage.send(
            .post, path, headers: [("Content-Type", "text/csv")], body: "id,name\n2,b\n3,c\n")
        #expect(reply.status == 202)
        let child = try #require(reply.value["job_id"]?.string)
        #expect(reply.headers.contains(Header("Location", "http://localhost/v1/jobs/\(child)")))
        #expect(reply.value["total_rows"] == 2)
        #expect(reply.value["parent"]?.string == job.id.text)
        #expect(try await stage.send(.post, path).code == "JOB_STATE_CONFLICT")
        try await stage.run(JobID(child))
        let parent = try await stage.send(.get, "/v1/jobs/\(job.id)")
        #expect(
            parent.value["progress"] == [
                "total": 4, "processed": 4, "successful": 4, "failed": 0, "percentage": 100,
            ])
        #expect(parent.value["retries"]?.array?.compactMap { $0["id"]?.string } == [child])
        #expect(parent.value["links"]?["retry"] == nil)
        let shown = try await stage.send(.get, "/v1/jobs/\(child)")
        #expect(shown.value["parent"]?.string == job.id.text)
        #expect(shown.value["progress"]?["total"] == 2)
    }

    @Test("a retry without a file, or with an empty object, tries the job's own records")
    func retriesOwnRecords() async throws {
        let stage = try JobStage()
        let job = try await stage.endedJob(Self.text)
        let path = "/v1/jobs/\(job.id)/retry"
        for (headers, body) in [([], ""), ([("Content-Type", "application/json")], " {}\n")] {
            let reply = try await stage.send(.post, path, headers: headers, body: body)
            #expect(reply.status == 202)
            #expect(reply.value["total_rows"] == 1)
            try await stage.run(JobID(try #require(reply.value["job_id"]?.string)))
        }
        let parent = try await stage.send(.get, "/v1/jobs/\(job.id)")
        #expect(parent.value["progress"]?["failed"] == 2)
        let other = try await stage.send(
            .post, path, headers: [("Content-Type", "application/json")], body: "[{\"id\":2,\"name\":\"b\"}]")
        #expect(other.code == "UNSUPPORTED_MEDIA_TYPE")
    }

    @Test("a retry with an idempotency key is made once")
    func retriesOnce() async throws {
        let stage = try JobStage()
        let job = try await stage.endedJob(Self.text)
        let path = "/v1/jobs/\(job.id)/retry"
        let headers = [("Idempotency-Key", "k1")]
        let first = try await stage.send(.post, path, headers: headers)
        let second = try await stage.send(.post, path, headers: headers)
        #expect(first.status == 202 && second.status == 202)
        #expect(first.value == second.value)
        #expect(second.headers.contains(Header("Idempotent-Replayed", "true")))
        let other = try await stage.send(.post, path, headers: headers, body: "id,name\n2,b\n")
        #expect(other.code == "IDEMPOTENCY_KEY_REUSED")
        #expect(try await stage.send(.get, "/v1/jobs").value["jobs"]?.array?.count == 2)
    }

    @Test("every kind of job has its type, every state its word")
    func names() {
        var spec = JobSpec(tenant: TenantID("a"), dialect: "d", operation: .update, table: "items")
        #expect(JobKind.of(spec) == "bulk_update")
        spec.source = .selection
        #expect(JobKind.of(spec) == "bulk_update")
        spec.operation = .delete
        #expect(JobKind.of(spec) == "bulk_delete")
        spec.operation = .upsert
        #expect(JobKind.of(spec) == "bulk_upsert")
        spec.options.noun = .import
        #expect(JobKind.of(spec) == "bulk_import")
        spec.source = .batch
        spec.options.noun = .batch
        #expect(JobKind.of(spec) == "batch")
        for state in JobState.allCases {
            #expect(JobStatus.states(of: JobStatus.of(state))?.contains(state) == true)
            #expect(JobStatus.list.contains(JobStatus.of(state)))
        }
        #expect(JobStatus.states(of: "processing") == [.uploadComplete, .inProgress])
        #expect(JobStatus.states(of: "Completed") == nil)
    }
}
