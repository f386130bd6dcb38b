import Foundation
import Testing

@Suite("Bulk-process requests that are refused", .serialized, .timeLimit(.minutes(10)))
struct ProcessRefusalTests {
    private static let update = #""operation": "status-update", "updates": {"status": "PROCESSING"}"#
    private static let filters = #""filters": {"status": "PENDING"}"#

    /// Bodies, each with one thing wrong.
    private static let bodies = [
        "", "[]", "{", #""text""#, "{}",
        #"{"operation": "dance", \#(filters)}"#,
        #"{"operation": 5, \#(filters)}"#,
        #"{\#(filters), "updates": {"status": "PROCESSING"}}"#,
        "{\(update)}",
        #"{\#(update), "filters": {}}"#,
        #"{\#(update), "filters": []}"#,
        #"{\#(update), "filters": {"colour": "red"}}"#,
        #"{\#(update), "filters": {"status": {"resembles": "PENDING"}}}"#,
        #"{\#(update), "filters": {"customer_id": {"gt": "many"}}}"#,
        #"{\#(update), "filters": {"customer_id": {"in": 5}}}"#,
        #"{\#(update), "filters": {"created_at": {"before": "yesterday"}}}"#,
        #"{\#(update), "filters": {"and": {"status": "PENDING"}}}"#,
        #"{\#(update), \#(filters), "recordIds": ["order-100000"]}"#,
        #"{\#(update), "recordIds": []}"#,
        #"{\#(update), "recordIds": "order-100000"}"#,
        #"{\#(update), "recordIds": [{}]}"#,
        #"{"operation": "status-update", \#(filters)}"#,
        #"{"operation": "status-update", \#(filters), "updates": {}}"#,
        #"{"operation": "status-update", \#(filters), "updates": {"id": "order-1"}}"#,
        #"{"operation": "status-update", \#(filters), "updates": {"colour": "red"}}"#,
        #"{"operation": "status-update", \#(filters), "updates": {"customer_id": "many"}}"#,
        #"{"operation": "status-update", \#(filters), "updates": {"status": "LOST"}}"#,
        #"{\#(update), \#(filters), "options": {"batchSize": -1}}"#,
        #"{\#(update), \#(filters), "options": {"batchSize": 0}}"#,
        #"{\#(update), \#(filters), "options": {"batchSize": "ten"}}"#,
        #"{\#(update), \#(filters), "options": {"maxErrors": 0}}"#,
        #"{\#(update), \#(filters), "options": {"continueOnError": "yes"}}"#,
        #"{\#(update), \#(filters), "options": {"maxAffected": 1}}"#,
        #"{\#(update), \#(filters), "options": {"speed": 9}}"#,
        #"{\#(update), \#(filters), "extra": 1}"#,
        #"{\#(update), "filters": \#(String(repeating: #"{"not":"#, count: 10_000))"#,
        #"{\#(update), "filters": \#(String(repeating: #"{"not":"#, count: 100))"#
            + #"{"status": "PENDING"}"# + String(repeating: "}", count: 101),
        #"{\#(update), \#(filters), "resumeFrom": "checkpoint-500"}"#,
        #"{\#(update), \#(filters), "resumeFrom": 7}"#,
    ]

    @Test("each gets one clear answer before any line, and nothing changes", arguments: DatabaseKind.allCases)
    func badBodies(on kind: DatabaseKind) async throws {
        let orders = try await OrderBench(on: kind)
        try await orders.insert(0..<3)
        let server = try await orders.start()
        for body in Self.bodies {
            let answer = try await orders.client(server).process(body)
            expectProblem(answer, body)
        }
        #expect(try await orders.statuses() == ["PENDING|3"])
    }

    private func expectProblem(_ answer: OutcomeStreamAnswer, _ what: String) {
        let what = String(what.prefix(200))
        #expect((400..<500).contains(answer.status), "\(what): \(answer.status) \(answer.text)")
        #expect(answer.headers["content-type"]?.hasPrefix("application/problem+json") == true, "\(what)")
        let problem = try? JSONSerialization.jsonObject(with: Data(answer.text.utf8)) as? [String: Any]
        #expect((problem?["code"] as? String)?.isEmpty == false, "\(what): \(answer.text)")
        #expect((problem?["detail"] as? String)?.isEmpty == false, "\(what): \(answer.text)")
    }

    @Test(
        "an unknown table, a body of another type and a key without the right are refused too",
        arguments: DatabaseKind.allCases)
    func otherRefusals(on kind: DatabaseKind) async throws {
        let orders = try await OrderBench(on: kind)
        try await orders.insert(0..<1)
        let server = try await orders.start()
        let client = orders.client(server)
        #expect(try await client.process(OrderBench.toProcessing(), table: "ordres").status == 404)
        // Records go with ?operation=; a request about the table's own does not.
        let typed = try await client.process(OrderBench.toProcessing(), query: "?operation=insert")
        #expect(typed.status == 415, "\(typed.text)")
        let minted = try await Binary.run([
            "keys", "create", "--tenant", "acme", "--scopes", "read", "--database", orders.bench.address,
        ])
        let reader = BulkClient(
            url: server.url, key: minted.output.trimmingCharacters(in: .whitespacesAndNewlines))
        #expect(try await reader.process(OrderBench.toProcessing()).status == 403)
        #expect(
            try await BulkClient(url: server.url, key: "none").process(OrderBench.toProcessing()).status
                == 401)
        #expect(try await orders.statuses() == ["PENDING|1"])
    }

    @Test("cursors that were altered, or belong elsewhere, are 400 or 404", arguments: DatabaseKind.allCases)
    func cursors(on kind: DatabaseKind) async throws {
        let orders = try await OrderBench(on: kind)
        try await orders.insert(0..<30)
        let server = try await orders.start()
        let client = orders.client(server)
        let whole = try await client.process(OrderBench.toProcessing(#", "options": {"batchSize": 10}"#))
        let cursor = try #require(whole.cursors.first)
        var altered: [String] = ["", "x", cursor + "A", String(cursor.dropLast()), cursor.uppercased()]
        for place in stride(from: 0, to: cursor.count, by: 7) {
            var characters = Array(cursor)
            characters[place] = characters[place] == "A" ? "B" : "A"
            altered.append(String(characters))
        }
        for forged in altered where forged != cursor {
            #expect([400, 404].contains(try await client.resume(forged).status), "\(forged)")
        }
        #expect([400, 404].contains(try await client.resume(cursor, table: "invoices").status))
        let stranger = BulkClient(url: server.url, key: try await orders.bench.mintKey("other"))
        #expect([400, 404].contains(try await stranger.resume(cursor).status))
        let different = try await client.process(
            #"{"operation": "archive", "filters": {"status": "PENDING"}, "resumeFrom": "\#(cursor)"}"#)
        #expect((400..<500).contains(different.status), "\(different.text)")
        #expect(try await client.resume(cursor).status == 200)
    }

    @Test("a selection over maxAffected is refused with the number it has", arguments: DatabaseKind.allCases)
    func maxAffected(on kind: DatabaseKind) async throws {
        let orders = try await OrderBench(on: kind)
        try await orders.insert(0..<30)
        let server = try await orders.start()
        let client = orders.client(server)
        let refused = try await client.process(OrderBench.toProcessing(#", "options": {"maxAffected": 29}"#))
        #expect((400..<500).contains(refused.status))
        #expect(refused.text.contains("30"))
        let done = try await client.process(OrderBench.toProcessing(#", "options": {"maxAffected": 30}"#))
        #expect(done.summary?.successful == 30)
    }
}
