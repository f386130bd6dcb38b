import Foundation
import Testing

@Suite("Lists in batches", .serialized, .timeLimit(.minutes(10)))
struct BatchListTests {
    @Test(
        "a list in a batch answers as its own route does, with what the batch wrote before",
        arguments: DatabaseKind.allCases)
    func lists(on kind: DatabaseKind) async throws {
        let resources = try await ResourceBench(on: kind)
        try await resources.insert(1..<6)
        let server = try await resources.start()
        let client = resources.client(server)
        let query = "/resources?status=draft&sort=-name&limit=2"
        let answer = try await client.post(
            "/batch",
            """
            {"operations": [
                {"id": "page", "method": "GET", "path": "\(query)"},
                {"method": "PATCH", "path": "/resources/r5", "body": {"status": "active"}},
                {"method": "GET", "path": "/v1\(query)"},
                {"id": "one", "method": "GET", "path": "/resources/r2"},
                {"method": "GET", "path": "/tables/resources?name=$one.name"},
                {"method": "GET", "path": "/resources?colour=red"},
                {"method": "GET", "path": "/nothing?colour=red"}]}
            """)
        #expect(answer.status == 207, "\(answer.text)")
        #expect(answer.statuses == [200, 200, 200, 200, 200, 400, 404], "\(answer.text)")
        let names = { (index: Int) in
            (answer.at("results.\(index).body.data") as? [[String: Any]] ?? [])
                .compactMap { $0["name"] as? String }
        }
        #expect(names(0) == ["Name 5", "Name 4"] && names(2) == ["Name 4", "Name 3"])
        #expect(names(4) == ["Name 2"], "\(answer.text)")
        #expect(answer.text("results.5.error.details.0.field") == "colour")
        #expect(answer.bool("results.0.body.meta.has_more") == true)
        let cursor = try #require(answer.text("results.2.body.meta.next_cursor"))
        let next = try await client.send("GET", "\(query)&cursor=\(cursor)")
        #expect((next.at("data") as? [[String: Any]])?.first?["name"] as? String == "Name 2", "\(next.text)")
        let routed = try #require(try await client.send("GET", query).text("meta.next_cursor"))
        let batched = try await client.post(
            "/batch", #"{"operations": [{"method": "GET", "path": "\#(query)&cursor=\#(routed)"}]}"#)
        #expect(batched.int("results.0.body.meta.count") == 2, "\(batched.text)")
    }

    @Test("lists count as queries: more than 500 are refused")
    func tooMany() async throws {
        let resources = try await ResourceBench(on: .sqlite)
        try await resources.insert(1..<3)
        let server = try await resources.start()
        let client = resources.client(server)
        let batch = { (count: Int) in
            let list = Array(repeating: #"{"method": "GET", "path": "/resources?limit=1"}"#, count: count)
            return #"{"operations": [\#(list.joined(separator: ","))]}"#
        }
        let refused = try await client.post("/batch", batch(501))
        #expect(refused.status == 413 && refused.text.contains("500"), "\(refused.text)")
        let taken = try await client.post("/batch", batch(500))
        #expect(taken.status == 200 && taken.statuses == Array(repeating: 200, count: 500))
    }
}
