import BulkModel
import Engine
import Formats
import Testing

@testable import Dialects

@Suite struct BatchAnswerTests {
    private static let record = Array(#"{"id":"res_1","name":"A"}"#.utf8)
    private static let failure = Refusal(
        .validationError, "Validation failed",
        details: [.init(field: "name", code: .missingValue, message: "Name is required")])

    /// The answer to as many operations as there are results.
    private func answer(
        _ results: [BatchResult], isUndone: Bool = false, options: String = "", job: Job? = nil
    ) throws -> (status: Int, body: JSONValue) {
        let operations = results.indices.map { _ in
            #"{"method": "PATCH", "path": "/v1/resources/res%5F1", "body": {"name": null, "n": 1.50}}"#
        }.joined(separator: ",")
        let text = #"{"operations": [\#(operations)], "options": {\#(options)}}"#
        let command = try BatchCommand(
            try JSONParser.parse(Array(text.utf8), limits: Limits()), dialect: "d", limits: Limits(),
            webhooks: WebhookIntake { $0 }, lists: .testing)
        let outcome = BatchOutcome(
            results: results, isUndone: isUndone, duration: .microseconds(150_900), job: job)
        let answer = BatchAnswer.make(outcome, of: command)
        guard case .bytes(let bytes) = answer.body else { throw Refusal(.internalError, "no bytes") }
        return (answer.status, try JSONParser.parse(bytes, limits: Limits()))
    }

    @Test("what was done is told with its status, and its record where there is one")
    func done() throws {
        let (status, body) = try answer([
            .done(.created, record: Self.record), .done(.updated, record: Self.record),
            .done(.unchanged, record: Self.record), .done(.deleted, record: []), .read(record: Self.record),
        ])
        #expect(status == 200)
        let results = try #require(body["results"]?.array)
        #expect(results.map { $0["status"] } == [201, 200, 200, 204, 200])
        #expect(results.map { $0["id"] } == ["op1", "op2", "op3", "op4", "op5"])
        #expect(results[0]["body"] == ["data": .object([.init("id", "res_1"), .init("name", "A")])])
        #expect(results[3]["body"] == nil)
        #expect(results.allSatisfy { $0["originalOperation"] == nil && $0["error"] == nil })
        #expect(
            body["meta"]
                == .object([
                    .init("total_operations", 5), .init("successful", 5), .init("failed", 0),
                    .init("duration_ms", 150),
                ]))
    }

    @Test("a page of a list is told as the list's own route tells it, its cursor included")
    func listed() throws {
        let items = [ListReading.Item(name: "sort", value: "name")]
        let first = RecordPage(records: [Self.record, Self.record], next: ["A", "res_1"])
        let results = try #require(
            try answer([
                .listed(first, items: items), .listed(RecordPage(records: [], next: nil), items: []),
            ]).body["results"]?.array)
        let query = QueryItems([(name: "sort", value: "name")])
        let cursor = try #require(RecordLists.testing.next(of: first, "resources", items))
        #expect(results.map { $0["status"] } == [200, 200])
        #expect(results[0]["body"]?["data"]?.array?.count == 2)
        #expect(
            results[0]["body"]?["meta"]
                == .object([
                    .init("count", 2), .init("next_cursor", .string(cursor)), .init("has_more", true),
                ]))
        #expect(results[1]["body"]?["data"] == .array([]))
        #expect(results[1]["body"]?["meta"]?["next_cursor"] == .null)
        let cursors = RecordCursors(
            signer: PlainSigner(), tenant: TenantID("t"), table: "resources", query: query)
        #expect(try cursors.read(cursor) == ["A", "res_1"])
    }

    @Test("a failed operation is told with its error and what was sent, as it was sent")
    func failed() throws {
        let (status, body) = try answer([.failed(Self.failure), .done(.updated, record: Self.record)])
        #expect(status == 207)
        let result = try #require(body["results"]?.array?.first)
        #expect(result["status"] == 400)
        #expect(result["error"]?["code"] == "VALIDATION_ERROR")
        #expect(result["error"]?["message"] == "Validation failed")
        #expect(
            result["error"]?["details"]
                == .array([
                    .object([
                        .init("field", "name"), .init("message", "Name is required"),
                        .init("code", "MISSING_VALUE"),
                    ])
                ]))
        #expect(
            result["originalOperation"]
                == .object([
                    .init("method", "PATCH"), .init("path", "/v1/resources/res%5F1"),
                    .init("body", .object([.init("name", .null), .init("n", .number("1.50"))])),
                ]))
        #expect(body["meta"]?["failed"] == 1)
        #expect(body["meta"]?["successful"] == 1)
    }

    @Test(
        "what was not done for others' sake says why",
        arguments: [
            (BatchResult.notAttempted, 424, "NOT_ATTEMPTED"), (.rolledBack, 424, "ROLLED_BACK"),
            (.timedOut, 504, "TIMEOUT"),
        ])
    func others(result: BatchResult, status: Int, code: String) throws {
        let first = try #require(try answer([result]).body["results"]?.array?.first)
        #expect(first["status"] == .integer(Int64(status)))
        #expect(first["error"]?["code"] == .string(code))
        #expect(first["originalOperation"]?["method"] == "PATCH")
    }

    @Test("the whole answer's status tells whether anything failed, and whether anything stands")
    func statuses() throws {
        #expect(try answer([.done(.updated, record: Self.record), .timedOut]).status == 207)
        #expect(try answer([.rolledBack, .failed(Self.failure)], isUndone: true).status == 422)
        #expect(try answer([.rolledBack, .timedOut], isUndone: true).status == 504)
        #expect(try answer([.failed(Self.failure)]).status == 207)
    }

    @Test("with suppress_success only what failed is shown, and everything is counted")
    func failuresOnly() throws {
        let results: [BatchResult] = [
            .done(.updated, record: Self.record), .failed(Self.failure), .done(.deleted, record: []),
            .notAttempted,
        ]
        let body = try answer(results, options: #""suppress_success": true"#).body
        #expect(body["results"]?.array?.map { $0["id"] } == ["op2", "op4"])
        #expect(body["meta"]?["total_operations"] == 4)
        #expect(body["meta"]?["successful"] == 2)
        let none = try answer(
            [.done(.updated, record: Self.record)], options: #""suppress_success": true"#)
        #expect(none.body["results"] == [])
        #expect(none.status == 200)
    }

    @Test("a batch that became a job names it")
    func job() throws {
        let spec = JobSpec(tenant: TenantID("t"), dialect: "d", operation: .update, table: "resources")
        let job = Job(id: JobID("batch-job-1"), spec: spec, createdAt: Timestamp(unixSeconds: 0))
        let body = try answer([.done(.updated, record: Self.record)], job: job).body
        #expect(body["meta"]?["job_id"] == "batch-job-1")
    }
}
