import Foundation
import Testing

@Suite("The command line against a real server", .serialized, .timeLimit(.minutes(5)))
struct CommandLineRunTests {
    private func run(_ arguments: [String], _ bench: TestBench, _ server: ServerProcess) async throws
        -> Binary.Run
    {
        try await Binary.run(
            arguments, in: bench.folder.path,
            environment: ["BREAKBULK_URL": server.url, "BREAKBULK_KEY": bench.key])
    }

    private func json(_ run: Binary.Run) throws -> [String: Any] {
        try #require(
            JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any],
            "\(run.output) \(run.errors)")
    }

    @Test(
        "load says with its exit code and counts what became of the records, and the failed file loads once mended",
        arguments: DatabaseKind.allCases)
    func load(on kind: DatabaseKind) async throws {
        let bench = try await TestBench(on: kind)
        let server = try await bench.start()
        try bench.folder.write("id,name,amount,note\n1,one,5,\n2,two,zero,\n3,three,7,x\n", to: "items.csv")
        let first = try await run(
            ["load", "items.csv", "--into", "items", "--failed-to", "failed.csv", "--json"], bench, server)
        #expect(first.status == 1)
        #expect(try json(first)["number_records_succeeded"] as? Int == 2)
        let failed = try String(contentsOfFile: bench.folder.path + "/failed.csv", encoding: .utf8)
        #expect(failed.contains("2,two,zero,"))
        try bench.folder.write(failed.replacing("2,two,zero,", with: "2,two,6,"), to: "mended.csv")
        let second = try await run(["load", "mended.csv", "--into", "items", "--json"], bench, server)
        #expect(second.status == 0, "\(second.output) \(second.errors)")
        #expect(try await bench.rows("SELECT id, amount FROM items ORDER BY id") == ["1|5", "2|6", "3|7"])
    }

    @Test("a packed file with bad records is told about and written back as plain text")
    func packedLoad() async throws {
        let bench = try await TestBench()
        let server = try await bench.start()
        try bench.folder.write("id,name,amount,note\n1,one,5,\n2,two,6,\n", to: "items.csv")
        _ = try await run(["load", "items.csv", "--into", "items", "--json"], bench, server)
        let exported = try await run(["export", "items", "-o", "items.csv.gz"], bench, server)
        #expect(exported.status == 0, "\(exported.errors)")
        // All of them are there already.
        let again = try await run(
            ["load", "items.csv.gz", "--into", "items", "--failed-to", "failed.csv", "--json"], bench, server)
        #expect(again.status == 1, "\(again.errors)")
        #expect(try json(again)["number_records_failed"] as? Int == 2)
        let failed = try String(contentsOfFile: bench.folder.path + "/failed.csv", encoding: .utf8)
        #expect(failed.contains("2,two,6,"))
    }

    @Test(
        "upsert by a unique column tells created, updated and unchanged apart",
        arguments: DatabaseKind.allCases)
    func upsert(on kind: DatabaseKind) async throws {
        let bench = try await TestBench(on: kind)
        let server = try await bench.start()
        try bench.folder.write("id,name,amount\n1,one,5\n2,two,6\n", to: "first.csv")
        try bench.folder.write("id,name,amount\n1,one,5\n2,two,9\n3,three,4\n", to: "second.csv")
        _ = try await run(["load", "first.csv", "--into", "items", "--json"], bench, server)
        let second = try await run(
            ["load", "second.csv", "--into", "items", "--upsert", "name", "--json"], bench, server)
        let report = try json(second)
        #expect(report["number_records_created"] as? Int == 1)
        #expect(report["number_records_updated"] as? Int == 1)
        #expect(report["number_records_unchanged"] as? Int == 1)
    }

    @Test(
        "a revoked key opens nothing any more; one without a scope is told so",
        arguments: DatabaseKind.allCases)
    func keys(on kind: DatabaseKind) async throws {
        let bench = try await TestBench(on: kind)
        let server = try await bench.start()
        let place = ["--database", bench.address]
        let minted = try json(
            try await Binary.run(
                ["keys", "create", "--tenant", "acme", "--scopes", "read", "--json"] + place))
        let id = try #require(minted["id"] as? String)
        let reader = BulkClient(url: server.url, key: try #require(minted["key"] as? String))
        let body = #"{"operation": "insert", "object": "items"}"#
        #expect(try await reader.send("POST", "/bulk/jobs", body: body).status == 403)
        #expect(try await reader.send("GET", "/bulk/jobs").status == 200)
        #expect(try await Binary.run(["keys", "list"] + place).output.contains(id))
        #expect(try await Binary.run(["keys", "revoke", id] + place).status == 0)
        #expect(try await reader.send("GET", "/bulk/jobs").status == 401)
    }

    @Test("load and export work straight on a database file", arguments: DatabaseKind.allCases)
    func direct(on kind: DatabaseKind) async throws {
        let bench = try await TestBench(on: kind)
        let place = ["--database", bench.address]
        try bench.folder.write(#"{"id": 1, "name": "one", "amount": 5}"# + "\n", to: "items.ndjson")
        let loaded = try await Binary.run(
            ["load", "items.ndjson", "--into", "items"] + place, in: bench.folder.path)
        #expect(loaded.status == 0, "\(loaded.errors)")
        let exported = try await Binary.run(["export", "items"] + place, in: bench.folder.path)
        #expect(exported.output == "id,name,amount,note\n1,one,5,\n")
    }

    @Test(
        "doctor finds a rule for a column that is not there, and serve refuses to start with it",
        arguments: DatabaseKind.allCases)
    func doctor(on kind: DatabaseKind) async throws {
        let bench = try await TestBench(on: kind)
        let file = try bench.folder.write(
            "tables:\n  items:\n    tenant_column: tennant\n", to: "breakbulk.yaml")
        let arguments = ["--config", file, "--database", bench.address]
        let doctor = try await Binary.run(["doctor"] + arguments, in: bench.folder.path)
        #expect(doctor.status == 1)
        #expect((doctor.output + doctor.errors).contains("tennant"))
        let serve = try await Binary.run(
            ["serve", "--listen", "127.0.0.1:0"] + arguments, in: bench.folder.path)
        #expect(serve.status == 2)
        #expect(serve.errors.contains("tennant"))
    }

    @Test("doctor knows the address of a running server as taken rightly", arguments: DatabaseKind.allCases)
    func doctorBesideServer(on kind: DatabaseKind) async throws {
        let bench = try await TestBench(on: kind)
        let server = try await bench.start()
        let address = try #require(server.url.split(separator: "/").dropFirst().first)
        let doctor = try await Binary.run(
            ["doctor", "--database", bench.address, "--listen", String(address)], in: bench.folder.path)
        #expect(doctor.output.contains("\(address) is taken, as it should be"), "\(doctor.output)")
    }

    @Test(
        "demo serves a database whose own table has the name of a sample table, and leaves it alone",
        arguments: DatabaseKind.allCases)
    func demo(on kind: DatabaseKind) async throws {
        let bench = try await TestBench(
            on: kind, schema: "CREATE TABLE orders (number INTEGER PRIMARY KEY, status TEXT);")
        _ = try await bench.rows("INSERT INTO orders VALUES (1, 'NEW'), (2, 'OLD')")
        let server = try await ServerProcess(in: bench.folder, database: bench.address, command: ["demo"])
        let client = bench.client(server)
        let changed = try await client.process(
            #"{"operation": "status-update", "filters": {"status": "NEW"}, "updates": {"status": "SEEN"}}"#)
        #expect(changed.summary?.successful == 1, "\(changed.text)")
        #expect(try await bench.rows("SELECT * FROM orders ORDER BY number") == ["1|SEEN", "2|OLD"])
        #expect(try await bench.rows("SELECT count(*) FROM customers") != ["0"])
    }

    @Test("jobs lists what there is, and watch follows one to its end", arguments: DatabaseKind.allCases)
    func jobs(on kind: DatabaseKind) async throws {
        let bench = try await TestBench(on: kind)
        let server = try await bench.start()
        let ended = try await bench.client(server).load(TestBench.csv(records: 5), into: "items")
        let id = try #require(ended["job_id"])
        #expect(try await run(["jobs"], bench, server).output.contains(id))
        let watched = try await run(["watch", id, "--json"], bench, server)
        #expect(watched.status == 0)
        #expect(try json(watched)["state"] as? String == "JobComplete")
    }
}
