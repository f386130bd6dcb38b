import Foundation
import PostgresHarness
import Testing

/// What goes wrong with nodes, connections and the PostgreSQL server; after each: one outcome a record, a table that agrees.
@Suite("Nodes and PostgreSQL on a bad day", .serialized, .timeLimit(.minutes(15)))
struct NodeFaultTests {
    static let records = 40_000
    static let killsWanted = 30
    static let restartsWanted = 10

    private func start(
        _ bench: TestBench, nodes count: Int, records: Int = records
    ) async throws -> (nodes: [ServerProcess], job: String) {
        var nodes: [ServerProcess] = []
        for _ in 0..<count { nodes.append(try await bench.start()) }
        let client = bench.client(nodes[0])
        let job = try await client.create(#""operation": "insert", "object": "items""#)
        let uploaded = try await client.upload(
            Array(TestBench.csv(records: records, badEvery: 97).utf8), to: job)
        try #require(uploaded.status == 200, "\(uploaded.text)")
        _ = try await client.close(job)
        return (nodes, job)
    }

    @Test("kill -9 of one of three nodes, thirty times at random moments, costs nothing")
    func killedNodes() async throws {
        var kills = 0
        while kills < Self.killsWanted {
            let bench = try await TestBench(on: .postgres)
            var (nodes, job) = try await start(bench, nodes: 3)
            while kills < Self.killsWanted {
                // A random moment is the very thing under test here; no signal could stand for it.
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...150)))
                let victim = Int.random(in: nodes.indices)
                let state = try await bench.client(nodes[victim]).send("GET", "/bulk/jobs/\(job)")["state"]
                nodes[victim].kill()
                nodes[victim] = try await bench.start()
                guard state != "JobComplete" else { break }
                kills += 1
            }
            try await bench.expectAgreement(bench.client(nodes[0]), job: job, records: Self.records)
        }
    }

    @Test("ten immediate restarts of the PostgreSQL server during loads lose and repeat nothing")
    func restartedServer() async throws {
        let cluster = try await PostgresCluster.make()
        var restarts = 0
        while restarts < Self.restartsWanted {
            let bench = try await TestBench(cluster: cluster)
            let (nodes, job) = try await start(bench, nodes: 2)
            for _ in 0..<5 where restarts < Self.restartsWanted {
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...200)))
                try await cluster.restart(immediate: true)
                restarts += 1
            }
            try await bench.expectAgreement(bench.client(nodes[0]), job: job, records: Self.records)
        }
    }

    @Test("connections cut by pg_terminate_backend are made anew and their chunks done once")
    func cutConnections() async throws {
        let bench = try await TestBench(on: .postgres)
        let (nodes, job) = try await start(bench, nodes: 2)
        for _ in 0..<10 {
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...100)))
            _ = try await bench.rows(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND application_name = 'breakbulk'
                """)
        }
        try await bench.expectAgreement(bench.client(nodes[0]), job: job, records: Self.records)
    }

    @Test("a lock that somebody holds on the table makes the job wait, say so, and go on")
    func lockedTable() async throws {
        let bench = try await TestBench(on: .postgres)
        let node = try await bench.start()
        let client = bench.client(node)
        let job = try await client.create(#""operation": "insert", "object": "items""#)
        _ = try await client.upload(Array(TestBench.csv(records: 1000, badEvery: 97).utf8), to: job)
        let locker = try PsqlSession(address: bench.address)
        try await locker.say("BEGIN; LOCK TABLE items IN ACCESS EXCLUSIVE MODE;", until: "LOCK TABLE")
        _ = try await client.close(job)
        var waiting = try await client.send("GET", "/bulk/jobs/\(job)?wait=1")
        for _ in 0..<60 where waiting.json["waiting_for"] as? [String: Any] == nil {
            waiting = try await client.send("GET", "/bulk/jobs/\(job)?wait=1")
        }
        #expect(waiting["state"] == "InProgress")
        #expect((waiting.json["waiting_for"] as? [String: Any])?["code"] as? String == "SERVICE_UNAVAILABLE")
        try await locker.say("COMMIT;", until: "COMMIT")
        try await bench.expectAgreement(client, job: job, records: 1000)
    }

    @Test("a statement timeout that the role has by default does not keep a load from its end")
    func statementTimeout() async throws {
        let bench = try await TestBench(on: .postgres)
        _ = try await bench.rows(
            """
            DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET statement_timeout = 20', current_database()); END $$
            """)
        let (nodes, job) = try await start(bench, nodes: 1)
        try await bench.expectAgreement(bench.client(nodes[0]), job: job, records: Self.records)
    }
}
