import Foundation
import Testing

@Suite("REST on single records", .serialized, .timeLimit(.minutes(10)))
struct RecordRouteTests {
    @Test("create, read, change, replace, delete", arguments: DatabaseKind.allCases)
    func life(on kind: DatabaseKind) async throws {
        let resources = try await ResourceBench(on: kind)
        let server = try await resources.start()
        let client = resources.client(server)
        let made = try await client.post(
            "/resources", #"{"name": "A", "type": "image", "metadata": {"a": [1, 2.50, null]}}"#)
        #expect(made.status == 201, "\(made.text)")
        let id = try #require(made.text("data.id"))
        #expect(id.hasPrefix("res_") && made.headers["location"]?.hasSuffix("/v1/resources/\(id)") == true)
        #expect(made.text("data.status") == "draft", "the database's default is told")
        #expect(made.text("data.created_at")?.hasSuffix("Z") == true)
        #expect(
            made.text.contains(#""metadata":{"a":[1,2.50,null]}"#)
                || made.text.contains(#""metadata":{"a": [1, 2.50, null]}"#), "\(made.text)")
        let read = try await client.send("GET", "/resources/\(id)")
        #expect(read.status == 200 && read.body == made.body, "\(read.text)")
        #expect(try await client.send("GET", "/tables/resources/\(id)").body == made.body)
        #expect(try await client.send("HEAD", "/resources/\(id)").status == 200)
        let changed = try await client.send("PATCH", "/resources/\(id)", body: #"{"status": "active"}"#)
        #expect(changed.status == 200 && changed.text("data.status") == "active", "\(changed.text)")
        #expect(changed.text("data.name") == "A")
        let replaced = try await client.send(
            "PUT", "/resources/\(id)", body: #"{"name": "B", "type": "video"}"#)
        #expect(replaced.status == 200 && replaced.text("data.name") == "B", "\(replaced.text)")
        #expect(replaced.at("data.metadata") is NSNull, "what is not named is empty: \(replaced.text)")
        let put = try await client.send("PUT", "/resources/mine", body: #"{"name": "C", "type": "video"}"#)
        #expect(put.status == 201 && put.text("data.id") == "mine", "\(put.text)")
        #expect(try await client.send("DELETE", "/resources/\(id)").status == 204)
        #expect(try await client.send("GET", "/resources/\(id)").status == 404)
        #expect(try await client.send("DELETE", "/resources/\(id)").text("error.code") == "RECORD_NOT_FOUND")
    }

    @Test("lists are filtered, sorted and paged", arguments: DatabaseKind.allCases)
    func lists(on kind: DatabaseKind) async throws {
        let resources = try await ResourceBench(on: kind)
        try await resources.insert(1..<31)
        try await resources.insert(31..<41, status: "active")
        let server = try await resources.start()
        let client = resources.client(server)
        var names: [String] = []
        var cursor: String?
        repeat {
            let more = cursor.map { "&cursor=\($0)" } ?? ""
            let page = try await client.send("GET", "/resources?status=draft&sort=-name&limit=7\(more)")
            #expect(page.status == 200, "\(page.text)")
            names += (page.at("data") as? [[String: Any]] ?? []).compactMap { $0["name"] as? String }
            cursor = page.text("meta.next_cursor")
        } while cursor != nil
        #expect(names == (1..<31).map { "Name \($0)" }.sorted().reversed())
        let filters = [
            ("status_ne=draft", 10), ("status_in=draft,active", 40), ("name_like=Name%203_", 10),
            ("created_before=2024-01-01T00:00:00Z", 40), ("created_after=2024-01-01T00:00:00Z", 0),
            ("deleted_at_is_null=true", 40), ("name_gte=Name%209&status=draft", 1),
        ]
        for (query, count) in filters {
            let page = try await client.send("GET", "/resources?limit=100&\(query)")
            #expect((page.at("data") as? [Any])?.count == count, "\(query): \(page.text.prefix(300))")
        }
        for query in ["colour=red", "sort=colour", "limit=0", "cursor=forged", "created_before=soon"] {
            let page = try await client.send("GET", "/resources?\(query)")
            #expect(
                page.status == 400 && page.text("error.code") != nil, "\(query): \(page.status) \(page.text)")
        }
    }

    @Test("words of the server are no tables, and tables of nobody are not found")
    func reserved() async throws {
        let resources = try await ResourceBench(on: .sqlite)
        let server = try await resources.start()
        let client = resources.client(server)
        for (path, status) in [
            ("/nothing", 404), ("/breakbulk_jobs", 404), ("/nothing/1", 404), ("/webhooks", 404),
            ("/graphql", 404), ("/tables/nothing", 404),
        ] {
            let answer = try await client.send("GET", path)
            #expect(answer.status == status, "\(path): \(answer.status) \(answer.text)")
            #expect(answer.text("error.code") != nil || answer.text("code") != nil, "\(answer.text)")
        }
        #expect([404, 405].contains(try await client.post("/jobs", "{}").status))
        #expect([404, 405].contains(try await client.send("GET", "/batch").status))
    }

    @Test("a tenant sees and changes its own records only", arguments: DatabaseKind.allCases)
    func tenants(on kind: DatabaseKind) async throws {
        let bench = try await TestBench(
            on: kind,
            schema: "CREATE TABLE notes (id INTEGER PRIMARY KEY, tenant_id TEXT NOT NULL, body TEXT);")
        let server = try await bench.start(configuration: "tables: { notes: { tenant_column: tenant_id } }\n")
        let ours = bench.client(server)
        let theirs = BulkClient(url: ours.url, key: try await bench.mintKey("other"))
        #expect(try await ours.post("/notes", #"{"id": 1, "body": "ours"}"#).status == 201)
        #expect(try await theirs.send("GET", "/notes/1").status == 404)
        #expect(try await theirs.send("PATCH", "/notes/1", body: #"{"body": "mine"}"#).status == 404)
        #expect(try await theirs.send("DELETE", "/notes/1").status == 404)
        #expect((try await theirs.send("GET", "/notes").at("data") as? [Any])?.isEmpty == true)
        let foreign = try await theirs.post("/notes", #"{"id": 2, "tenant_id": "acme", "body": "x"}"#)
        #expect(foreign.status == 400 || foreign.status == 403, "\(foreign.text)")
        #expect(try await bench.rows("SELECT tenant_id, body FROM notes") == ["acme|ours"])
    }
}
