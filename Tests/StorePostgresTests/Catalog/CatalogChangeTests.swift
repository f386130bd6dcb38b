import Engine
import Planning
import Testing

@testable import StorePostgres

@Suite("Changes of tables are noticed", .serialized)
struct CatalogChangeTests {
    private static let made = """
        CREATE TYPE mood AS ENUM ('sad'); CREATE DOMAIN price AS numeric(8,2);
        CREATE TABLE t (id integer, name text, feel mood, cost price, other integer);
        CREATE TABLE parents (id integer PRIMARY KEY)
        """

    @Test(
        "each of them shows in the very next look, at the table and at all tables",
        arguments: [
            "ALTER TABLE t ADD COLUMN more text", "ALTER TABLE t DROP COLUMN name",
            "ALTER TABLE t RENAME COLUMN name TO title", "ALTER TABLE t ALTER COLUMN id TYPE bigint",
            "ALTER TABLE t ALTER COLUMN name SET NOT NULL", "ALTER TABLE t ALTER COLUMN name SET DEFAULT 'x'",
            "ALTER TABLE t ADD PRIMARY KEY (id)", "CREATE UNIQUE INDEX one ON t (id)",
            "ALTER TABLE t ADD CHECK (id > 0)", "ALTER TABLE t ADD FOREIGN KEY (other) REFERENCES parents",
            "ALTER TABLE t ALTER COLUMN id SET NOT NULL, ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY",
            "ALTER TYPE mood ADD VALUE 'happy'", "ALTER TYPE mood RENAME VALUE 'sad' TO 'low'",
            "ALTER DOMAIN price SET NOT NULL", "ALTER DOMAIN price SET DEFAULT 1",
            "DROP TABLE t; CREATE TABLE t (id integer)",
        ])
    func change(sql: String) async throws {
        let fixture = try await PostgresFixture()
        try await fixture.execute(Self.made)
        let before = try await (fixture.table("t").description, fixture.postgres.tables())
        #expect(try await fixture.table("t").description == before.0)
        try await fixture.execute(sql)
        let after = try await fixture.table("t").description
        #expect(after != before.0)
        let all = try await fixture.postgres.tables()
        #expect(all != before.1)
        #expect(all.contains(after))
    }

    @Test("a table that is gone or renamed is not found any more, and the message names it")
    func gone() async throws {
        let fixture = try await PostgresFixture()
        try await fixture.execute(Self.made)
        _ = try await fixture.table("t")
        try await fixture.execute("ALTER TABLE t RENAME TO u")
        let error = await #expect(throws: StoreError.self) { try await fixture.table("t") }
        #expect(error?.code == .failed)
        #expect(error?.message.contains("table t ") == true)
        #expect(try await fixture.table("u").description.columns.count == 5)
    }

    @Test("a change that commits behind a younger one is noticed too")
    func lateCommit() async throws {
        let fixture = try await PostgresFixture()
        try await fixture.execute(Self.made)
        let slow = try await fixture.postgres.pool.take()
        defer { slow.giveBack() }
        try await slow.perform { try $0.run("BEGIN; ALTER TABLE t ALTER COLUMN name SET NOT NULL") }
        try await fixture.execute("ALTER TABLE parents ALTER COLUMN id SET DEFAULT 7")
        let between = try await fixture.postgres.tables()
        #expect(between.last?.column("name")?.isNullable == true)
        try await slow.perform { try $0.run("COMMIT") }
        #expect(try await fixture.postgres.tables().last?.column("name")?.isNullable == false)
    }

    @Test("temporary tables that come and go change nothing")
    func temporary() async throws {
        let fixture = try await PostgresFixture()
        try await fixture.execute(Self.made)
        let fingerprint = { @Sendable (session: Session) in
            try session.execute(CatalogFingerprint.all).text(0, 0)
        }
        let before = try await fixture.postgres.pool.with(fingerprint)
        try await fixture.execute(
            """
            CREATE TEMPORARY TABLE staging (LIKE t INCLUDING ALL, place bigint PRIMARY KEY, UNIQUE (name));
            CREATE TEMPORARY TABLE staged (id bigserial CHECK (id > 0))
            """)
        #expect(try await fixture.postgres.pool.with(fingerprint) == before)
    }
}
