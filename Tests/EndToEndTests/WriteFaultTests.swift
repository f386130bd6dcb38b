import PostgresHarness
import Testing

@Suite("Updates, upserts and deletes on a bad day", .serialized, .timeLimit(.minutes(10)))
struct WriteFaultTests {
    static let records = 20_000

    @Test(
        "kill -9 of one of three nodes, at random moments, costs no record and does none twice",
        arguments: FaultRun.keyed)
    func killedNodes(run: FaultRun) async throws {
        var moments = Moments(seed: run.seed)
        let bench = try await TestBench(on: .postgres, schema: KnownJob.schema)
        let nodes = try await NodeGroup(bench, count: 3)
        let known = KnownJob(operation: run.operation, records: Self.records)
        try await known.endure(6, on: nodes, &moments) { try await nodes.killOne(using: &$0) }
    }

    @Test(
        "immediate restarts of the PostgreSQL server lose no record and do none twice",
        arguments: FaultRun.keyed)
    func restartedServer(run: FaultRun) async throws {
        var moments = Moments(seed: run.seed)
        let cluster = try await PostgresCluster.make()
        let bench = try await TestBench(cluster: cluster, schema: KnownJob.schema)
        let nodes = try await NodeGroup(bench, count: 2)
        let known = KnownJob(operation: run.operation, records: Self.records)
        try await known.endure(3, on: nodes, &moments) { _ in try await cluster.restart(immediate: true) }
    }

    @Test(
        "connections cut by pg_terminate_backend are made anew, and what triggers wrote is there once",
        arguments: FaultRun.keyed)
    func cutConnections(run: FaultRun) async throws {
        var moments = Moments(seed: run.seed)
        let bench = try await TestBench(on: .postgres, schema: KnownJob.schema + KnownJob.trail)
        let nodes = try await NodeGroup(bench, count: 2)
        let known = KnownJob(operation: run.operation, records: Self.records / 2, isTrailed: true)
        try await known.endure(6, on: nodes, &moments) { _ in try await nodes.cutConnections() }
    }
}
