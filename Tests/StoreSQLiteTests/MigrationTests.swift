import BulkModel
import Engine
import GRDB
import Testing

@testable import StoreSQLite

@Suite("Files of earlier versions", .serialized)
struct MigrationTests {
    @Test("a file of version 1 opens with its jobs, receipts and unfinished work, and takes streams")
    func fromVersion1() async throws {
        let folder = TemporaryFolder()
        let path = folder.path + "/data.db"
        try await Self.makeVersion1(path)
        let store = try SQLiteStore.open(path: path, limits: Limits())
        defer { store.close() }
        let job = try #require(await store.job(JobID("old")))
        #expect(job.spec.source == .upload)
        #expect(job.counts.read == 5)
        #expect(job.nextRecord == 3)
        let receipt = try #require(await store.receipts(of: job.id, from: 1, limit: 9).first)
        #expect(receipt.appliedAt == nil)
        #expect(receipt.keys == .integers([7, 8]))
        try #expect(await store.request(of: job.id) == nil)

        let rest = try await JobOnTable(store, .update, "t", ["id", "a"], read: 1, id: "new")
        try #expect(
            await rest.apply([[1, "y"]], isLast: true).receipt.appliedAt == Timestamp(unixSeconds: 9))
        var spec = job.spec
        spec.source = .selection
        let stream = Job(id: JobID("stream"), spec: spec, state: .inProgress, createdAt: job.createdAt)
        try await store.insert(stream, request: [1, 2], activeMax: 1)
        try #expect(await store.job(stream.id) == stream)
        try #expect(await store.request(of: stream.id) == [1, 2])
    }

    @Test("a file of version 2 opens with its jobs, which have no options, and keeps events from now on")
    func fromVersion2() async throws {
        let folder = TemporaryFolder()
        let path = folder.path + "/data.db"
        try await Self.makeVersion1(path)
        try await Self.run(path) { db in
            for statement in Statements.schemaVersion2 { try db.execute(sql: statement) }
            try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('breakbulk-2')")
            try db.execute(sql: "UPDATE breakbulk_jobs SET source = 'stream'")
        }
        let store = try SQLiteStore.open(path: path, limits: Limits())
        defer { store.close() }
        let job = try #require(await store.job(JobID("old")))
        #expect(job.spec.source == .stream)
        #expect(job.spec.options == JobOptions())
        #expect(job.spec.parent == nil)
        try #expect(await store.events(of: job.spec.tenant, after: 0, limit: 9).isEmpty)
        _ = try await store.change(job.id) { job in
            job.state = .aborted
            return nil
        }
        let events = try await store.events(of: job.spec.tenant, after: 0, limit: 9)
        #expect(events.map(\.event.type) == ["job.failed"])
    }

    @Test("records of the user's that break a foreign key keep no file from opening")
    func brokenReferences() async throws {
        let folder = TemporaryFolder()
        let path = folder.path + "/data.db"
        try await Self.makeVersion1(path)
        try await Self.run(path) { db in
            try db.execute(sql: "CREATE TABLE c (id INTEGER PRIMARY KEY, t INTEGER REFERENCES t (id))")
            try db.execute(sql: "INSERT INTO c VALUES (1, 99)")
        }
        try SQLiteStore.open(path: path, limits: Limits()).close()
    }

    /// A file as the first version left it: a table, a job in progress and its first receipt.
    private static func makeVersion1(_ path: String) async throws {
        try await run(path) { db in
            for statement in Statements.schemaVersion1 { try db.execute(sql: statement) }
            try db.execute(sql: "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
            try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('breakbulk-1')")
            try db.execute(sql: "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)")
            try db.execute(sql: "INSERT INTO t VALUES (1, 'x')")
            try db.execute(
                sql: """
                    INSERT INTO breakbulk_jobs (seq, id, tenant, dialect, operation, object, format, compression,
                    query_tables, empty_is, state, read, succeeded, failed, created, updated, unchanged, deleted,
                    error_counts, next_record, created_at, swept) VALUES (1, 'old', 't', 'bulk-jobs', 'insert', 't',
                    'CSV', 'NONE', ?, 'absent', 'inProgress', 5, 2, 0, 2, 0, 0, 0, '', 3, 1000000, 0)
                    """, arguments: [DatabaseBlob.texts([])])
            var actions = ActionRuns()
            actions.append(.created, count: 2)
            try db.execute(
                sql: "INSERT INTO breakbulk_receipts VALUES (1, 1, 2, ?, ?)",
                arguments: [
                    DatabaseBlob.value(ReceiptCodec.encode(actions)),
                    DatabaseBlob.value(ReceiptCodec.encode(.integers([7, 8]))),
                ])
        }
    }

    private static func run(_ path: String, _ body: @escaping @Sendable (Database) throws -> Void)
        async throws
    {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        try await DatabaseQueue(path: path, configuration: configuration).write { db in try body(db) }
    }
}
