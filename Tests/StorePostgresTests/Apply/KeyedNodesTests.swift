import BulkModel
import Engine
import Foundation
import Synchronization
import Testing

@testable import StorePostgres

@Suite("Keyed jobs that nodes share")
struct KeyedNodesTests {
    private static let records = 600
    private static let keys = 20

    @Test("the last record of a key wins, whatever chunks its records are in")
    func lastRecordWins() async throws {
        let bench = try await ApplyBench(Self.table)
        let (job, chunks) = try await run(.upsert, on: bench)
        #expect(job.state == .jobComplete)
        #expect(job.counts.created == Self.keys)
        #expect(job.counts.updated == Self.records - Self.keys)
        #expect(chunks == Self.records / Self.keys)
        #expect(try await bench.rows(Self.changed).isEmpty)
    }

    @Test("connections that are cut at any moment cost no record and no order")
    func cutConnections() async throws {
        let bench = try await ApplyBench(Self.table)
        let (job, _) = try await run(.upsert, on: bench) {
            try await bench.execute(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
                """)
        }
        #expect(job.state == .jobComplete)
        #expect(job.counts.succeeded == Self.records)
        #expect(try await bench.rows(Self.changed).isEmpty)
        #expect(
            try await bench.rows("SELECT sum(record_count) FROM breakbulk.receipts") == ["\(Self.records)"])
    }

    private static let table = "CREATE TABLE t (id int PRIMARY KEY, v int NOT NULL)"

    /// Rows that are not as the last record of their key left them.
    private static let changed = "SELECT id, v FROM t WHERE v <> \(records - keys) + id"

    /// Runs a job whose records walk through the keys over and over, a chunk for each round, on two nodes; `disturb` is
    /// called after some of the chunks. Gives the job and the count of its receipts.
    private func run(
        _ operation: BulkModel.Operation, on bench: ApplyBench,
        disturb: @escaping @Sendable () async throws -> Void = {}
    ) async throws -> (Job, chunks: Int) {
        let folder = URL.temporaryDirectory.appending(path: "breakbulk-test-\(UUID().uuidString)")
        // Only a temporary folder is left behind when this fails.
        defer { try? FileManager.default.removeItem(at: folder) }
        let fixture = try #require(bench.fixture as? PostgresFixture)
        let nodes = try await [node(fixture, folder), node(fixture, folder)]
        let caller = Caller(credential: "key", tenant: TenantID("t"), scopes: [.admin])
        var spec = JobSpec(tenant: caller.tenant, dialect: "bulk-jobs", operation: operation, table: "t")
        spec.chunkRecords = Self.keys
        let engine = nodes[0].engine
        let job = try await engine.create(spec, by: caller)
        let body = AsyncThrowingStream<[UInt8], any Error> { stream in
            let lines = (1...Self.records).map { "\(($0 - 1) % Self.keys + 1),\($0)\n" }
            stream.yield(Array(("id,v\n" + lines.joined()).utf8))
            stream.finish()
        }
        _ = try await engine.receive(body, into: job.id, compression: nil, bytesMax: 1_000_000)
        _ = try await engine.close(job.id, by: caller)
        let ended = try await withThrowingTaskGroup(of: Void.self) { group in
            for node in nodes {
                let runner = node.engine.makeRunner()
                group.addTask { try await runner.run() }
            }
            defer { group.cancelAll() }
            for _ in 0..<10 {
                try await disturb()
                _ = try await engine.wait(for: job.id, by: caller, atMost: .milliseconds(20))
            }
            return try await engine.wait(for: job.id, by: caller, atMost: .seconds(60))
        }
        for node in nodes { node.store.close() }
        let receipts = try await bench.rows("SELECT count(*) FROM breakbulk.receipts")
        return (ended, Int(receipts.first ?? "") ?? 0)
    }

    private func node(
        _ fixture: PostgresFixture, _ folder: URL
    ) async throws -> (store: PostgresStore, engine: BulkEngine) {
        var limits = Limits()
        limits.segmentRecordsMax = 10
        let store = try await PostgresStore.open(url: fixture.url, limits: limits)
        let engine = BulkEngine(
            store: store, limits: limits, uploads: folder.path, rules: [:],
            clock: WallClock { Timestamp(unixSeconds: 1_800_000_000) }, makeDigest: { NoDigest() },
            observe: { _ in })
        return (store, engine)
    }

    /// What the upload's bytes are is of no interest here.
    private struct NoDigest: StreamDigest {
        mutating func update(_ bytes: [UInt8]) {}
        mutating func finalize() -> String { "" }
    }
}
