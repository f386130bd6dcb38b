import Foundation
import PostgresHarness
import Testing

@Suite("Several nodes over one PostgreSQL database", .serialized, .timeLimit(.minutes(10)))
struct NodeTests {
    static let records = 120_000

    /// A bench with that many nodes, all over one uploads folder.
    private func nodes(_ count: Int) async throws -> (TestBench, [ServerProcess]) {
        let bench = try await TestBench(on: .postgres)
        var nodes: [ServerProcess] = []
        for _ in 0..<count { nodes.append(try await bench.start()) }
        return (bench, nodes)
    }

    @Test("a job made on one node is uploaded to, closed, read and listed on the others")
    func anyNode() async throws {
        let (bench, nodes) = try await nodes(3)
        let clients = nodes.map { bench.client($0) }
        let job = try await clients[0].create(#""operation": "insert", "object": "items""#)
        let uploaded = try await clients[1].upload(Array(TestBench.csv(records: 500).utf8), to: job)
        #expect(uploaded.status == 200, "\(uploaded.text)")
        #expect(try await clients[2].close(job).status == 200)
        try await bench.expectAgreement(clients[0], job: job, records: 500)
        let listed = try await clients[1].send("GET", "/bulk/jobs").json["jobs"] as? [[String: Any]]
        #expect(listed?.first?["job_id"] as? String == job)
    }

    @Test("three nodes share one big job: each of them applies chunks, and together every record once")
    func sharedJob() async throws {
        let (bench, nodes) = try await nodes(3)
        let client = bench.client(nodes[0])
        let csv = TestBench.csv(records: Self.records, badEvery: 97)
        let job = try await client.create(#""operation": "insert", "object": "items""#)
        _ = try await client.upload(Array(csv.utf8), to: job)
        _ = try await client.close(job)
        try await bench.expectAgreement(client, job: job, records: Self.records)
        for node in nodes {
            let metrics = try await bench.client(node).send("GET", node.url + "/metrics").text
            let applied = metrics.firstMatch(of: /breakbulk_records(?:_total)?\{outcome="success"\} (\d+)/)
            #expect((applied.flatMap { Int($0.1) } ?? 0) > 0, "\(metrics)")
        }
    }

    @Test("an abort on one node stops a job that the others work on at a chunk's edge")
    func abortElsewhere() async throws {
        let (bench, nodes) = try await nodes(3)
        let client = bench.client(nodes[0])
        let job = try await client.create(#""operation": "insert", "object": "items""#)
        _ = try await client.upload(Array(TestBench.csv(records: Self.records).utf8), to: job)
        _ = try await client.close(job)
        let aborted = try await bench.client(nodes[2]).send(
            "PATCH", "/bulk/jobs/\(job)", body: #"{"state": "Aborted"}"#)
        let ended = try await client.end(of: job)
        // The load may have won the race; what counts is that the books are right.
        #expect(aborted.status == 200 ? ended["state"] == "Aborted" : ended["state"] == "JobComplete")
        let stored = try await bench.rows("SELECT count(*) FROM items")
        #expect(stored == ["\(ended.json["number_records_succeeded"] as? Int ?? -1)"])
        let unprocessed = try await client.send("GET", "/bulk/jobs/\(job)/results/unprocessed").text
        let listed = unprocessed.split(separator: "\n").count - 1
        #expect(listed == Self.records - (ended.json["number_records_processed"] as? Int ?? -1))
    }

    @Test("a load beside the servers does its own job and leaves theirs, whose rules it does not know")
    func loadBesideServers() async throws {
        let (bench, nodes) = try await nodes(1)
        let client = bench.client(nodes[0])
        let job = try await client.create(#""operation": "insert", "object": "items""#)
        _ = try await client.upload(Array(TestBench.csv(records: Self.records).utf8), to: job)
        _ = try await client.close(job)
        nodes[0].kill()
        let before = try await bench.rows("SELECT state, succeeded FROM breakbulk.jobs")
        _ = try await bench.rows("CREATE TABLE other (id INTEGER PRIMARY KEY)")
        try bench.folder.write("id\n1\n", to: "other.csv")
        let run = try await Binary.run(
            ["load", "other.csv", "--into", "other", "--database", bench.address], in: bench.folder.path)
        #expect(run.status == 0, "\(run.output) \(run.errors)")
        #expect(
            try await bench.rows("SELECT state, succeeded FROM breakbulk.jobs WHERE object = 'items'")
                == before)
        let server = try await bench.start()
        try await bench.expectAgreement(bench.client(server), job: job, records: Self.records)
    }

    @Test("two nodes started at the same instant on an empty database both serve it")
    func startTogether() async throws {
        let folder = try TemporaryFolder()
        let address = try await PostgresCluster.shared().createDatabase()
        async let first = ServerProcess(in: folder, database: address)
        async let second = ServerProcess(in: folder, database: address)
        let nodes = try await [first, second]
        for node in nodes {
            let ready = try await BulkClient(url: node.url, key: "").send("GET", node.url + "/readyz")
            #expect(ready.status == 200)
        }
    }

    @Test("a node with another uploads folder refuses to start and says how to mend it")
    func otherFolder() async throws {
        let (bench, _) = try await nodes(1)
        let other = try TemporaryFolder()
        let run = try await Binary.run(
            ["serve", "--listen", "127.0.0.1:0", "--database", bench.address, "--uploads", other.path])
        #expect(run.status != 0)
        #expect(run.errors.contains("not the uploads folder"))
        #expect(run.errors.contains(".breakbulk-uploads"))
    }
}
