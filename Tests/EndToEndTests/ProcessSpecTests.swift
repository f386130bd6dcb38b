import Foundation
import Testing

/// Every request of spec 000, typed as printed there, over `curl`.
@Suite("The requests of spec 000, as printed", .serialized, .timeLimit(.minutes(10)))
struct ProcessSpecTests {
    /// POSTs the body as the spec prints the request; the answer's head and lines.
    private func post(
        _ body: String, _ orders: OrderBench, _ server: ServerProcess
    ) async throws -> (head: String, lines: [OutcomeLine]) {
        let script = """
            curl -sN -D head -X POST "$URL/v1/orders/bulk-process" \
              -H "Content-Type: application/json" \
              -H "Accept: application/x-ndjson" \
              -H "Authorization: Bearer $KEY" \
              -d "$BODY"
            """
        let run = try await Binary.run(
            ["-euo", "pipefail", "-c", script], program: "/bin/bash", in: orders.bench.folder.path,
            environment: ["URL": server.url, "KEY": orders.bench.key, "BODY": body])
        try #require(run.status == 0, "\(run.output) \(run.errors)")
        let head = try String(contentsOfFile: orders.bench.folder.path + "/head", encoding: .utf8)
        var reader = OutcomeReader()
        return (head, try reader.take(Array(run.output.utf8)))
    }

    @Test(
        "a status update tells metadata, every record, progress and a summary",
        arguments: DatabaseKind.allCases)
    func basic(on kind: DatabaseKind) async throws {
        let orders = try await OrderBench(on: kind)
        try await orders.insert(0..<500)
        let server = try await orders.start()
        let (head, lines) = try await post(
            """
            {
              "operation": "status-update",
              "filters": {"status": "PENDING"},
              "updates": {"status": "PROCESSING"}
            }
            """, orders, server)
        #expect(head.hasPrefix("HTTP/1.1 200 OK"))
        let fields = head.lowercased()
        #expect(fields.contains("content-type: application/x-ndjson"))
        #expect(fields.contains("transfer-encoding: chunked"))
        let first = try #require(lines.first)
        #expect(first.type == "metadata")
        #expect(first.operation == "status-update")
        #expect(first.totalRecords == 500)
        let id = try #require(first.operationId)
        #expect(id.hasPrefix("bulk-op-"))
        #expect(head.contains("X-Operation-Id: \(id)") || fields.contains("x-operation-id: \(id)"))
        let successes = lines.filter { $0.type == "success" }
        #expect(successes.compactMap(\.recordId) == (0..<500).map(OrderBench.id))
        #expect(
            successes.allSatisfy { $0.updatedFields == ["status"] && $0.timestamp?.hasSuffix("Z") == true })
        let progress = try #require(lines.last { $0.type == "progress" })
        #expect(progress.processed == 500 && progress.successful == 500 && progress.errors == 0)
        #expect(progress.cursor?.isEmpty == false)
        let summary = try #require(lines.last)
        #expect(summary.type == "summary")
        #expect(summary.processed == 500 && summary.successful == 500 && summary.errors == 0)
        #expect(summary.duration?.hasPrefix("PT") == true)
        #expect(summary.stoppedEarly != true)
        #expect(try await orders.statuses() == ["PROCESSING|500"])
    }

    @Test("mixed success and failure of an archive, with the breakdown", arguments: DatabaseKind.allCases)
    func mixed(on kind: DatabaseKind) async throws {
        let orders = try await OrderBench(on: kind)
        try await orders.insertFive()
        let server = try await orders.start()
        let (_, lines) = try await post(
            #"{"operation": "archive", "filters": {"status": "COMPLETED"}}"#, orders, server)
        let told = lines.filter(\.isOutcome)
        #expect(told.map(\.recordId) == (1...5).map { "order-\($0)" })
        #expect(told.map(\.action) == ["archived", "archived", nil, nil, "archived"])
        #expect(told.map(\.error) == [nil, nil, "ALREADY_ARCHIVED", "LOCKED_RECORD", nil])
        #expect(told[2].message?.isEmpty == false && told[3].message?.isEmpty == false)
        #expect(told[2].retryable == false && told[3].retryable == true)
        let summary = try #require(lines.last)
        #expect(summary.processed == 5 && summary.successful == 3 && summary.errors == 2)
        #expect(summary.errorBreakdown == ["ALREADY_ARCHIVED": 1, "LOCKED_RECORD": 1])
        #expect(try await orders.rows("SELECT count(*) FROM orders WHERE archived_at IS NOT NULL") == ["4"])
    }

    @Test("continue on error goes on, up to the error that is one too many", arguments: DatabaseKind.allCases)
    func continueOnError(on kind: DatabaseKind) async throws {
        let orders = try await OrderBench(on: kind)
        try await orders.insert(0..<300)
        try await orders.execute(
            "UPDATE orders SET locked_until = '2099-12-31T23:59:59Z' WHERE customer_id = 1")
        let server = try await orders.start()
        let (_, lines) = try await post(
            OrderBench.toProcessing(#", "options": {"continueOnError": true, "maxErrors": 10}"#), orders,
            server)
        let summary = try #require(lines.last)
        #expect(summary.stoppedEarly == true)
        #expect(summary.errors == 10)
        #expect(lines.filter(\.isOutcome).last?.error == "LOCKED_RECORD")
        #expect(summary.errorBreakdown == ["LOCKED_RECORD": 10])
        #expect(
            try await orders.statuses() == [
                "PENDING|\(300 - (summary.successful ?? 0))", "PROCESSING|\(summary.successful ?? 0)",
            ])
    }

    @Test("stop on error ends before the record at fault, with a cursor", arguments: DatabaseKind.allCases)
    func stopOnError(on kind: DatabaseKind) async throws {
        let orders = try await OrderBench(on: kind)
        try await orders.insert(1..<101, status: "CANCELLED")
        try await orders.insertInvoice(for: OrderBench.id(3))
        let server = try await orders.start()
        let (_, lines) = try await post(
            #"{"operation": "delete", "filters": {"status": "CANCELLED"}, "options": {"continueOnError": false}}"#,
            orders, server)
        #expect(lines.first?.totalRecords == 100)
        let told = lines.filter(\.isOutcome)
        #expect(told.map(\.recordId) == (1...3).map(OrderBench.id))
        #expect(told.map(\.action) == ["deleted", "deleted", nil])
        #expect(told.last?.error == "FOREIGN_KEY_VIOLATION")
        #expect(told.last?.message?.contains("invoices") == true)
        let summary = try #require(lines.last)
        #expect(summary.processed == 3 && summary.successful == 2 && summary.errors == 1)
        #expect(summary.stoppedEarly == true && summary.cursor != nil)
        #expect(try await orders.rows("SELECT count(*) FROM orders") == ["98"])
    }

    @Test("a resumed stream says so, and what remains", arguments: DatabaseKind.allCases)
    func resume(on kind: DatabaseKind) async throws {
        let orders = try await OrderBench(on: kind)
        try await orders.insert(0..<1000)
        let server = try await orders.start()
        let (_, all) = try await post(
            OrderBench.toProcessing(#", "options": {"batchSize": 100}"#), orders, server)
        let middle = try #require(all.first { $0.type == "progress" && $0.processed == 500 })
        let cursor = try #require(middle.cursor)
        let (_, lines) = try await post(
            OrderBench.toProcessing(#", "resumeFrom": "\#(cursor)""#), orders, server)
        let first = try #require(lines.first)
        #expect(first.type == "metadata" && first.resumed == true)
        #expect(first.cursor == cursor && first.remainingRecords == 500)
        #expect(first.operationId == all.first?.operationId)
        #expect(lines.compactMap(\.recordId) == (500..<1000).map(OrderBench.id))
        #expect(lines.last?.processed == 1000)
    }

    @Test("failed records are retried by their ids", arguments: DatabaseKind.allCases)
    func retry(on kind: DatabaseKind) async throws {
        let orders = try await OrderBench(on: kind)
        try await orders.insert(0..<20)
        try await orders.execute(
            "UPDATE orders SET locked_until = '2099-12-31T23:59:59Z' WHERE customer_id = 2")
        let server = try await orders.start()
        let (_, lines) = try await post(OrderBench.toProcessing(), orders, server)
        let failed = lines.filter { $0.type == "error" && $0.retryable == true }.compactMap(\.recordId)
        #expect(failed.count == 3)
        try await orders.execute("UPDATE orders SET locked_until = NULL")
        let list = failed.map { "\"\($0)\"" }.joined(separator: ", ")
        let (_, again) = try await post(
            #"{"operation": "status-update", "recordIds": [\#(list)], "updates": {"status": "PROCESSING"}}"#,
            orders, server)
        #expect(again.first?.totalRecords == 3)
        #expect(again.filter { $0.type == "success" }.compactMap(\.recordId) == failed)
        #expect(try await orders.statuses() == ["PROCESSING|20"])
    }

    @Test("progress tells share, time left and pace", arguments: DatabaseKind.allCases)
    func progress(on kind: DatabaseKind) async throws {
        let orders = try await OrderBench(on: kind)
        try await orders.insert(0..<500)
        let server = try await orders.start()
        let (_, lines) = try await post(
            OrderBench.toProcessing(#", "options": {"batchSize": 250}"#), orders, server)
        let progress = lines.filter { $0.type == "progress" }
        #expect(progress.map(\.processed) == [250, 500])
        #expect(progress.map(\.percentComplete) == [50, 100])
        let first = try #require(progress.first)
        #expect(first.estimatedTimeRemaining?.hasPrefix("PT") == true)
        #expect((first.processingRate ?? 0) > 0)
        #expect(lines.firstIndex(of: first).map { lines[..<$0].filter(\.isOutcome).count } == 250)
    }
}
