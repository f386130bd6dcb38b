import Foundation
import Testing

@Suite("Keys with scopes and tables", .serialized, .timeLimit(.minutes(10)))
struct ScopeTests {
    private static let schema = """
        CREATE TABLE open_notes (id INTEGER PRIMARY KEY, body TEXT);
        CREATE TABLE salaries (id INTEGER PRIMARY KEY, amount INTEGER);
        INSERT INTO open_notes VALUES (1, 'read me');
        INSERT INTO salaries VALUES (1, 100);
        """

    private func client(
        _ bench: TestBench, _ server: ServerProcess, _ arguments: String...
    ) async throws -> BulkClient {
        let minted = try await Binary.run(
            [
                "keys", "create", "--tenant", "acme", "--json", "--database",
                "sqlite:\(bench.folder.path)/data.db",
            ]
                + arguments)
        let json = try JSONSerialization.jsonObject(with: Data(minted.output.utf8)) as? [String: Any]
        return BulkClient(url: server.url, key: try #require(json?["key"] as? String, "\(minted.errors)"))
    }

    private func creates(
        _ operation: String, _ table: String, _ client: BulkClient
    ) async throws -> Int {
        try await client.send(
            "POST", "/bulk/jobs", body: #"{"operation": "\#(operation)", "object": "\#(table)"}"#
        ).status
    }

    @Test(
        "each scope opens its own operations and no others; to export a whole table is to read",
        arguments: [
            ("read", ["query"]), ("write", ["insert", "update", "upsert"]), ("delete", ["delete"]),
            ("query", ["query"]),
            ("write,delete", ["insert", "update", "upsert", "delete"]),
            ("admin", ["insert", "update", "upsert", "delete", "query"]),
        ] as [(String, [String])])
    func scopes(scopes: String, opened: [String]) async throws {
        let bench = try await TestBench(schema: Self.schema)
        let server = try await bench.start()
        let client = try await client(bench, server, "--scopes", scopes)
        for operation in ["insert", "update", "upsert", "delete", "query"] {
            let status = try await creates(operation, "open_notes", client)
            #expect(status == (opened.contains(operation) ? 201 : 403), "\(scopes) \(operation)")
        }
        let sql = #"{"operation": "query", "object": "open_notes", "query": "SELECT 1"}"#
        let status = try await client.send("POST", "/bulk/jobs", body: sql).status
        #expect(status == (["query", "admin"].contains(scopes) ? 201 : 403), "\(scopes) SQL")
    }

    @Test("a key for some tables knows no others: not to write, not in SQL, not in the list of jobs")
    func tables() async throws {
        let bench = try await TestBench(schema: Self.schema)
        let server = try await bench.start()
        let narrow = try await client(bench, server, "--tables", "open_notes")
        #expect(try await creates("insert", "open_notes", narrow) == 201)
        #expect(try await creates("insert", "salaries", narrow) == 404)
        for sql in ["SELECT * FROM salaries", "SELECT (SELECT amount FROM salaries) FROM open_notes"] {
            let answer = try await narrow.send(
                "POST", "/bulk/jobs",
                body: #"{"operation": "query", "object": "open_notes", "query": "\#(sql)"}"#)
            #expect(answer.status == 400, "\(sql): \(answer.text)")
            #expect(!answer.text.contains("100"))
        }
        let foreign = try await bench.client(server).create(#""operation": "insert", "object": "salaries""#)
        #expect(try await narrow.send("GET", "/bulk/jobs/\(foreign)").status == 404)
        let listed = try await narrow.send("GET", "/bulk/jobs").text
        #expect(!listed.contains(foreign))
        #expect(listed.contains("open_notes"))
    }
}
