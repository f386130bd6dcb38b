import BulkModel
import Engine
import PostgresHarness
import Testing

@testable import StorePostgres

@Suite("Opening a PostgreSQL database", .serialized)
struct OpeningTests {
    private static func database() async throws -> String {
        try await PostgresCluster.shared().createDatabase()
    }

    private static func failure(
        _ url: String
    ) async throws -> StoreError? {
        await #expect(throws: StoreError.self) {
            try await PostgresStore.open(url: url, limits: Limits()).close()
        }
    }

    private static func rows(_ sql: String, _ url: String) async throws -> [[String]] {
        try await PostgresCluster.shared().rows(sql, at: url)
    }

    @Test("stores that open an empty database at the same instant all succeed, and each step is done once")
    func atOnce() async throws {
        let url = try await Self.database()
        let stores = try await withThrowingTaskGroup(of: PostgresStore.self) { group in
            for _ in 0..<6 { group.addTask { try await PostgresStore.open(url: url, limits: Limits()) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(stores.count == 6)
        let versions = SchemaVersion.all.map { ["\($0.number)"] }
        #expect(try await Self.rows("SELECT number FROM breakbulk.versions ORDER BY number", url) == versions)
        for store in stores {
            try #expect(await store.tables() == [])
            store.close()
        }
    }

    @Test("opening again changes nothing")
    func again() async throws {
        let url = try await Self.database()
        let look = """
            SELECT number, applied_at FROM breakbulk.versions UNION ALL
            SELECT oid::bigint, NULL FROM pg_class WHERE relnamespace = 'breakbulk'::regnamespace ORDER BY 1
            """
        try await PostgresStore.open(url: url, limits: Limits()).close()
        let before = try await Self.rows(look, url)
        try await PostgresStore.open(url: url, limits: Limits(), role: .tool).close()
        #expect(try await Self.rows(look, url) == before)
    }

    @Test("a database of an older version is brought to the newest, and its jobs stay", arguments: [1, 2])
    func upgrade(from version: Int) async throws {
        let url = try await Self.database()
        let pool = ConnectionPool(settings: ConnectionSettings(url: url), connectionsMax: 1)
        let old = Array(SchemaVersion.all[..<version])
        try await pool.with { try Migrations(versions: old).apply($0) }
        try await pool.with { try $0.run(Self.jobOfVersion1) }
        let store = try await PostgresStore.open(url: url, limits: Limits())
        let spec = JobSpec(tenant: TenantID("t"), dialect: "d", operation: .insert, table: "o")
        let job = Job(id: JobID("a"), spec: spec, createdAt: Timestamp(microseconds: 5))
        try #expect(await store.job(job.id) == job)
        try #expect(await store.request(of: job.id) == nil)
        let receipt = try await store.receipts(of: job.id, from: 1, limit: 9).first
        #expect(receipt?.recordCount == 2)
        #expect(receipt?.appliedAt == nil)
        // It ends as any job does, and is told of.
        _ = try await store.change(job.id) { job in
            job.state = .aborted
            return nil
        }
        try #expect(await store.events(of: spec.tenant, after: 0, limit: 9).map(\.event.job) == [job.id])
        let newest = SchemaVersion.all.last?.number ?? 0
        #expect(try await Self.rows("SELECT max(number) FROM breakbulk.versions", url) == [["\(newest)"]])
    }

    private static let jobOfVersion1 = """
        INSERT INTO breakbulk.jobs (
            id, tenant, dialect, operation, object, format, compression, query_tables,
            empty_is, created_at, state, read, succeeded,
            failed, created, updated, unchanged, deleted, error_counts, next_record, swept)
        VALUES ('a', 't', 'd', 'insert', 'o', 'CSV', 'NONE', '\\x00', 'absent', 5,
            'open', 0, 0, 0, 0, 0, 0, 0, '', 1, false);
        INSERT INTO breakbulk.receipts (job, first_record, record_count, actions, keys)
        VALUES ('a', 1, 2, '\\x11', '')
        """

    @Test("steps that follow the first are done once, in order, by however many nodes")
    func laterSteps() async throws {
        let fixture = try await PostgresFixture()
        let later = Migrations(
            versions: SchemaVersion.all + [
                SchemaVersion(number: 98, statements: ["ALTER TABLE breakbulk.jobs ADD COLUMN more text"]),
                SchemaVersion(
                    number: 99, statements: ["ALTER TABLE breakbulk.jobs RENAME COLUMN more TO most"]),
            ])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 { group.addTask { try await fixture.postgres.pool.with { try later.apply($0) } } }
            try await group.waitForAll()
        }
        try #expect(await fixture.rows("SELECT max(number) FROM breakbulk.versions") == [["99"]])
        try #expect(await fixture.rows("SELECT count(most) FROM breakbulk.jobs") == [["0"]])
    }

    @Test("versions are numbered without gaps, and what was released is not changed any more")
    func frozen() {
        #expect(SchemaVersion.all.map(\.number) == Array(1...SchemaVersion.all.count))
        // FNV-1a of 64 bits (draft-eastlake-fnv).
        let sums = SchemaVersion.all.map { version in
            version.statements.joined(separator: ";").utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
                ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3
            }
        }
        #expect(sums == [6_905_427_345_637_712_677, 8_986_702_488_946_929_917, 126_171_669_297_603_067])
    }

    @Test("a step that fails leaves the version before it")
    func failedStep() async throws {
        let fixture = try await PostgresFixture()
        let broken = Migrations(
            versions: SchemaVersion.all + [
                SchemaVersion(
                    number: 99, statements: ["CREATE TABLE breakbulk.more (id bigint)", "SELECT nonsense"])
            ])
        await #expect(throws: StoreError.self) {
            try await fixture.postgres.pool.with { try broken.apply($0) }
        }
        try #expect(await fixture.rows("SELECT to_regclass('breakbulk.more') IS NULL") == [["t"]])
        try await PostgresStore.open(url: fixture.url, limits: Limits()).close()
    }

    @Test("job tables of a newer version are unusable, and stay as they are")
    func newer() async throws {
        let fixture = try await PostgresFixture()
        try await fixture.execute("INSERT INTO breakbulk.versions (number) VALUES (1000)")
        let error = try await Self.failure(fixture.url)
        #expect(error?.code == .unusable)
        #expect(error?.message.contains("newer") == true)
        #expect(error?.message.contains("1000") == true)
    }

    @Test("a role that may not make the schema is told so; one whose schema was made for it may go on")
    func rights() async throws {
        let url = try await Self.database()
        let cluster = try await PostgresCluster.shared()
        try await cluster.execute(
            """
            DO $$ BEGIN CREATE ROLE narrow LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
            REVOKE CREATE ON SCHEMA public FROM PUBLIC
            """, at: url)
        let narrow = url.replacing("postgres://postgres@", with: "postgres://narrow@")
        let error = try await Self.failure(narrow)
        #expect(error?.code == .unusable)
        #expect(error?.message.contains("breakbulk") == true)
        #expect(error?.message.contains("GRANT CREATE ON DATABASE") == true)
        try await cluster.execute("CREATE SCHEMA breakbulk AUTHORIZATION narrow", at: url)
        let store = try await PostgresStore.open(url: narrow, limits: Limits())
        try #expect(await store.keys() == [])
        store.close()
    }

    @Test(
        "a server that is away, a database that is not there, and a URL that is none say what is the matter")
    func away() async throws {
        let away = try await Self.failure("postgres://postgres@127.0.0.1:1/none")
        #expect(away?.code == .busy)
        #expect(away?.message.contains("cannot use the PostgreSQL database") == true)
        let cluster = try await PostgresCluster.shared()
        #expect(try await Self.failure(cluster.url(database: "not_there"))?.code == .busy)
        let unreadable = try await Self.failure("postgres://user:secret@[bad")
        #expect(unreadable?.code == .unusable)
        #expect(unreadable?.message.contains("secret") == false)
    }

    @Test("job tables are for nobody but their owner")
    func closed() async throws {
        let fixture = try await PostgresFixture()
        let open = try await fixture.rows(
            """
            SELECT has_schema_privilege('pg_read_all_settings', 'breakbulk', 'USAGE'), count(*)
            FROM pg_class WHERE relnamespace = 'breakbulk'::regnamespace
                AND has_table_privilege('pg_read_all_settings', oid, 'SELECT') AND relkind = 'r'
            """)
        #expect(open == [["f", "0"]])
    }
}
