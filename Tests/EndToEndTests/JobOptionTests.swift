import Foundation
import Testing

@Suite("What a job may say of its data", .serialized, .timeLimit(.minutes(10)))
struct JobOptionTests {
    private static let schema = """
        CREATE TABLE people (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, city TEXT DEFAULT 'nowhere',
            plan TEXT);
        """
    private static let before =
        "INSERT INTO people VALUES (1, 'a@x', 'Rome', 'old'), (2, 'b@x', 'Oslo', 'old');"
    private static let all =
        "SELECT id, email, coalesce(quote(city), '-'), quote(plan) FROM people ORDER BY id"

    /// `"member": value` pairs of a create, put behind operation and object.
    private func load(
        _ text: String, _ operation: String, _ members: String, _ client: BulkClient,
        type: String = "text/csv"
    ) async throws -> BulkClient.Answer {
        let job = try await client.create(
            #""operation": "\#(operation)", "object": "people"\#(members.isEmpty ? "" : ", " + members)"#)
        let uploaded = try await client.upload(Array(text.utf8), to: job, type: type)
        try #require(uploaded.status == 200, "\(uploaded.text)")
        _ = try await client.close(job)
        return try await client.end(of: job)
    }

    @Test("an empty cell is absent, NULL or an empty text, as `assume` says; quoted it is always a text")
    func emptyCells() async throws {
        let meanings: [(assume: String, inserted: [String], updated: [String])] = [
            ("", ["1|a@x|'nowhere'|''", "2|b@x|NULL|NULL"], ["1|a@x|'Rome'|''", "2|b@x|NULL|'old'"]),
            (
                #""assume": {"empty_is": "absent"}"#, ["1|a@x|'nowhere'|''", "2|b@x|NULL|NULL"],
                ["1|a@x|'Rome'|''", "2|b@x|NULL|'old'"]
            ),
            (
                #""assume": {"empty_is": "null"}"#, ["1|a@x|NULL|''", "2|b@x|NULL|NULL"],
                ["1|a@x|NULL|''", "2|b@x|NULL|NULL"]
            ),
            (
                #""assume": {"empty_is": "text"}"#, ["1|a@x|''|''", "2|b@x|NULL|''"],
                ["1|a@x|''|''", "2|b@x|NULL|''"]
            ),
        ]
        for meaning in meanings {
            let csv = "id,email,city,plan\n1,a@x,,\"\"\n2,b@x,#N/A,\n"
            for (operation, schema, expected) in [
                ("insert", Self.schema, meaning.inserted),
                ("update", Self.schema + Self.before, meaning.updated),
            ] {
                let bench = try await TestBench(schema: schema)
                let server = try await bench.start()
                let ended = try await load(csv, operation, meaning.assume, bench.client(server))
                #expect(ended.json["number_records_failed"] as? Int == 0, "\(ended.text)")
                #expect(try await bench.rows(Self.all) == expected, "\(operation) \(meaning.assume)")
            }
        }
    }

    @Test(
        "each delimiter is found by itself, and taken as declared where the header leaves it open",
        arguments: [
            ("COMMA", ","), ("SEMICOLON", ";"), ("TAB", "\t"), ("PIPE", "|"), ("CARET", "^"),
            ("BACKQUOTE", "`"),
        ])
    func delimiters(name: String, delimiter: String) async throws {
        let bench = try await TestBench(schema: Self.schema)
        let server = try await bench.start()
        let client = bench.client(server)
        let lines = [["id", "email", "city"], ["1", "a@x", "\"Rome\(delimiter) Italy\""]]
        let text = lines.map { $0.joined(separator: delimiter) + "\n" }.joined()
        let more = text.replacing("1\(delimiter)a@x", with: "2\(delimiter)b@x")
        _ = try await load(text, "insert", "", client)
        // The header has a rival for each delimiter: the declaration decides.
        let rival = delimiter == "," ? ";" : ","
        let quoted = more.replacing("city", with: "\"city\"")
        let declared = try await load(quoted, "insert", #""column_delimiter": "\#(name)""#, client)
        #expect(declared.json["number_records_succeeded"] as? Int == 1, "\(declared.text)")
        let city = "'Rome\(delimiter) Italy'"
        #expect(
            try await bench.rows("SELECT id, email, quote(city) FROM people ORDER BY id")
                == ["1|a@x|\(city)", "2|b@x|\(city)"])
        let results = try await client.send(
            "GET", "/bulk/jobs/\(try #require(declared["job_id"]))/results")
        #expect(results.text.hasPrefix(["id", "email", "city", "_record"].joined(separator: delimiter)))
        let refused = try await client.send(
            "POST", "/bulk/jobs",
            body: #"{"operation": "insert", "object": "people", "column_delimiter": "\#(rival)\#(rival)"}"#)
        #expect(refused.status == 400)
    }

    @Test("`key` names the column that finds the record, for update, upsert and delete; others are refused")
    func keys() async throws {
        let bench = try await TestBench(schema: Self.schema + Self.before)
        let server = try await bench.start()
        let client = bench.client(server)
        let key = #""key": "email""#
        let updated = try await load("email,plan\na@x,new\nz@x,new\n", "update", key, client)
        #expect(updated.json["number_records_updated"] as? Int == 1)
        #expect((updated.json["error_count"] as? [String: Any])?["RECORD_NOT_FOUND"] as? Int == 1)
        let upserted = try await load("email,plan\nb@x,new\nc@x,new\n", "upsert", key, client)
        #expect(upserted.json["number_records_updated"] as? Int == 1)
        #expect(upserted.json["number_records_created"] as? Int == 1)
        let deleted = try await load("email\na@x\nz@x\n", "delete", key, client)
        #expect(deleted.json["number_records_deleted"] as? Int == 1)
        #expect(
            try await bench.rows("SELECT id, email, plan FROM people ORDER BY id") == [
                "2|b@x|new", "3|c@x|new",
            ])
        for column in ["city", "mail"] {
            let refused = try await client.send(
                "POST", "/bulk/jobs",
                body: #"{"operation": "upsert", "object": "people", "key": "\#(column)"}"#)
            #expect(refused.status == 400)
            #expect((refused.json["errors"] as? [[String: Any]])?.first?["field"] as? String == "key")
        }
    }

    @Test(
        "NDJSON loads a line a record, and comes back so; a pretty-printed array comes back a line a record too"
    )
    func lines() async throws {
        let bench = try await TestBench(schema: Self.schema)
        let server = try await bench.start()
        let client = bench.client(server)
        let ndjson = try await load(
            "{\"id\":1,\"email\":\"a@x\"}\n{\"id\":2,\n{\"id\":3,\"email\":\"c@x\",\"plan\":null}\n",
            "insert",
            #""content_type": "NDJSON""#, client, type: "application/x-ndjson")
        #expect(ndjson.json["number_records_succeeded"] as? Int == 2)
        #expect((ndjson.json["error_count"] as? [String: Any])?["MALFORMED_RECORD"] as? Int == 1)
        #expect(try await statuses(of: ndjson, client) == ["1:success", "2:error", "3:success"])
        let pretty = try await load(
            "[\n  {\n    \"id\": 4,\n    \"email\": \"d@x\"\n  },\r\n  {\r\n    \"id\": 5\r\n  }\r\n]\n",
            "insert",
            #""content_type": "JSON""#, client, type: "application/json")
        #expect(try await statuses(of: pretty, client) == ["1:success", "2:error"])
        #expect(try await bench.rows("SELECT id FROM people ORDER BY id") == ["1", "3", "4"])
    }

    /// `record:status` of each line of the job's results as NDJSON.
    private func statuses(of job: BulkClient.Answer, _ client: BulkClient) async throws -> [String] {
        let id = try #require(job["job_id"])
        let results = try await client.send(
            "GET", "/bulk/jobs/\(id)/results", headers: ["Accept": "application/x-ndjson"])
        return try results.text.split(separator: "\n").map { line in
            let object = try #require(
                JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
            return "\(object["_record"] ?? "-"):\(object["_status"] ?? "-")"
        }
    }
}
