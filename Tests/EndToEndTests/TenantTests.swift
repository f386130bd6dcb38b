import Foundation
import Testing

@Suite("Two tenants on one server", .serialized, .timeLimit(.minutes(10)))
struct TenantTests {
    private static let schema = """
        CREATE TABLE notes (id INTEGER PRIMARY KEY, tenant_id TEXT NOT NULL, body TEXT);
        INSERT INTO notes VALUES (1, 'acme', 'ours'), (2, 'other', 'theirs');
        """
    private static let configuration = "tables:\n  notes:\n    tenant_column: tenant_id\n"

    @Test("a query sees the caller's rows only, whatever it says", arguments: DatabaseKind.allCases)
    func query(on kind: DatabaseKind) async throws {
        let bench = try await TestBench(on: kind, schema: Self.schema)
        let server = try await bench.start(configuration: Self.configuration)
        let client = bench.client(server)
        for sql in ["SELECT body FROM notes", "SELECT body FROM notes WHERE tenant_id = 'other' OR 1 = 1"] {
            let job = try await client.create(#""operation": "query", "object": "notes", "query": "\#(sql)""#)
            _ = try await client.close(job)
            _ = try await client.end(of: job)
            #expect(try await client.send("GET", "/bulk/jobs/\(job)/results").text == "body\nours\n")
        }
        for sql in Self.refused(on: kind) {
            let answer = try await client.send(
                "POST", "/bulk/jobs", body: #"{"operation": "query", "object": "notes", "query": "\#(sql)"}"#)
            #expect(answer.status == 400, "\(sql): \(answer.text)")
            #expect(answer["code"] == "INVALID_QUERY", "\(sql)")
        }
    }

    @Test(
        "update and delete reach the caller's rows only; inserts are filled from the credential",
        arguments: DatabaseKind.allCases)
    func writes(on kind: DatabaseKind) async throws {
        let bench = try await TestBench(on: kind, schema: Self.schema)
        let server = try await bench.start(configuration: Self.configuration)
        let client = bench.client(server)
        let updated = try await client.load(
            "id,body\n1,changed\n2,stolen\n", into: "notes", operation: "update")
        #expect(updated.json["number_records_failed"] as? Int == 1)
        let deleted = try await client.load("id\n2\n", into: "notes", operation: "delete")
        #expect((deleted.json["error_count"] as? [String: Any])?["RECORD_NOT_FOUND"] as? Int == 1)
        _ = try await client.load("id,tenant_id,body\n3,,new\n4,other,forged\n", into: "notes")
        #expect(
            try await bench.rows("SELECT id, tenant_id, body FROM notes ORDER BY id")
                == ["1|acme|changed", "2|other|theirs", "3|acme|new"])
    }

    @Test("another tenant's job is 404, for every call", arguments: DatabaseKind.allCases)
    func foreignJob(on kind: DatabaseKind) async throws {
        let bench = try await TestBench(on: kind, schema: Self.schema)
        let server = try await bench.start()
        let stranger = BulkClient(url: server.url, key: try await bench.mintKey("other"))
        let job = try await bench.client(server).create(#""operation": "insert", "object": "notes""#)
        for (method, path, body) in [
            ("GET", "", nil), ("GET", "/upload-url", nil), ("GET", "/results", nil),
            ("PATCH", "", #"{"state": "Aborted"}"#),
        ] as [(String, String, String?)] {
            let answer = try await stranger.send(method, "/bulk/jobs/\(job)\(path)", body: body)
            #expect(answer.status == 404, "\(method) \(path)")
            #expect(answer["code"] == "JOB_NOT_FOUND")
        }
        #expect(((try await stranger.send("GET", "/bulk/jobs")).json["jobs"] as? [Any])?.isEmpty == true)
    }

    /// What reads or does more than the caller may.
    private static func refused(on kind: DatabaseKind) -> [String] {
        let everywhere = ["DELETE FROM notes", "SELECT 1; SELECT 2"]
        switch kind {
        case .sqlite:
            return everywhere + [
                "SELECT body FROM main.notes", "SELECT * FROM breakbulk_jobs",
                "SELECT sql FROM sqlite_master",
                "PRAGMA table_info(notes)", "ATTACH 'x.db' AS x",
            ]
        case .postgres:
            return everywhere + [
                "SELECT body FROM public.notes", "SELECT * FROM breakbulk.jobs", "SELECT * FROM pg_authid",
                "SELECT pg_read_file('/etc/passwd')", "SET ROLE postgres", "COPY notes TO PROGRAM 'true'",
            ]
        }
    }
}
