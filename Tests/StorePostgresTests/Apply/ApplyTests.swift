import BulkModel
import Engine
import Formats
import Planning
import Testing

@testable import StorePostgres

@Suite("What only PostgreSQL does to records", .serialized)
struct ApplyTests {
    @Test("values of every type arrive as they were sent")
    func types() async throws {
        let fixture = try await PostgresFixture()
        try await fixture.execute(
            """
            CREATE TYPE mood AS ENUM ('sad', 'glad');
            CREATE TABLE t (id int PRIMARY KEY, flag boolean, real float8, number numeric, words text[], data jsonb, m mood,
                text text)
            """)
        let columns = ["id", "flag", "real", "number", "words", "data", "m", "text"]
        let job = try await JobOnTable(fixture.postgres, .insert, "t", columns, read: 2)
        let applied = try await job.apply(
            [
                [
                    1, 1, 0.1, 1.0e-7, "[\"a\\\"b\", null, \"c,\\\\d\\u00e9\", [\"x\"]]", "{\"a\": 1}",
                    "glad", "tab\tline\nback\\slash\r",
                ],
                [
                    2, 0, -1234.5, "12345678901234567890.5", "[\"a\\\"b\", null, \"c,\\\\d\\u00e9\"]", "[1]",
                    "sad", "\\N",
                ],
            ], isLast: true)
        // An array in an array beside texts is no array of PostgreSQL's.
        #expect(applied.faultList == ["0:INVALID_VALUE(words)"])
        let texts = try await JobOnTable(
            fixture.postgres, .insert, "t", ["id", "real", "text"], read: 1, id: "bulk-job-2")
        try await texts.apply([[3, 123456.789, "tab\tline\nback\\slash\r"]])
        try #expect(
            await fixture.rows("SELECT * FROM t ORDER BY id") == [
                [
                    "2", "f", "-1234.5", "12345678901234567890.5", "{\"a\\\"b\",NULL,\"c,\\\\dé\"}", "[1]",
                    "sad", "\\N",
                ],
                ["3", "NULL", "123456.789", "NULL", "NULL", "NULL", "NULL", "tab\tline\nback\\slash\r"],
            ])
    }

    @Test("a tenant whose name is too long for the column writes nothing, least of all to another tenant")
    func longTenant() async throws {
        let fixture = try await PostgresFixture()
        try await fixture.execute(
            "CREATE TABLE t (id int PRIMARY KEY, tenant_id varchar(3) NOT NULL, a text DEFAULT 'x')")
        for (number, operation) in [BulkModel.Operation.insert, .upsert].enumerated() {
            let job = try await JobOnTable(
                fixture.postgres, operation, "t", ["id", "a"], tenant: "abcd", read: 2,
                id: "bulk-job-\(number)")
            let applied = try await job.apply([[1, "a"], [2, Absent()]])
            #expect(applied.receipt.faults.count == 2, "\(operation)")
        }
        try #expect(await fixture.rows("SELECT count(*) FROM t") == [["0"]])
    }

    @Test("names of any letters, quotes and case work in every operation")
    func names() async throws {
        let fixture = try await PostgresFixture()
        let table = "Ünï \"quoted\" tab'le"
        let columns = ["Schlüssel \"x\"", "select", "ORDER"]
        let quoted = columns.map { SQLText.quoted($0) }
        try await fixture.execute(
            """
            CREATE TABLE \(SQLText.quoted(table)) (\(quoted[0]) text PRIMARY KEY, \(quoted[1]) text UNIQUE,
            \(quoted[2]) int NOT NULL DEFAULT 3)
            """)
        var number = 0
        func run(_ operation: BulkModel.Operation, _ columns: [String], _ rows: [[(any Sendable)?]])
            async throws
            -> AppliedChunk
        {
            number += 1
            let job = try await JobOnTable(
                fixture.postgres, operation, table, columns, read: rows.count, id: "bulk-job-\(number)")
            return try await job.apply(rows, isLast: true)
        }
        #expect(
            try await run(.insert, columns, [["k", "a", 1], ["l", "a", 2]]).faultList == [
                "1:DUPLICATE_KEY(select)"
            ])
        #expect(
            try await run(.update, columns, [["k", "b", 1], ["m", "b", 1]]).actionList == [.updated, .error])
        #expect(
            try await run(.upsert, columns, [["k", "b", Absent()], ["m", "c", 1]]).actionList == [
                .unchanged, .created,
            ])
        #expect(try await run(.delete, [columns[0]], [["k"], ["x"]]).actionList == [.deleted, .error])
    }

    @Test("many records of one key take effect in file order")
    func oneKey() async throws {
        let fixture = try await PostgresFixture()
        try await fixture.execute("CREATE TABLE t (id int PRIMARY KEY, n int)")
        let job = try await JobOnTable(fixture.postgres, .upsert, "t", ["id", "n"], read: 200)
        let applied = try await job.apply((0..<200).map { [$0 % 2, $0 / 4] }, isLast: true)
        #expect(applied.job.counts.created == 2)
        #expect(applied.job.counts.updated == 98)
        #expect(applied.job.counts.unchanged == 100)
        try #expect(await fixture.rows("SELECT id, n FROM t ORDER BY id") == [["0", "49"], ["1", "49"]])
    }

    @Test("identity columns that are ALWAYS made take the input's values, and an update leaves them alone")
    func identity() async throws {
        let fixture = try await PostgresFixture()
        try await fixture.execute(
            "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text UNIQUE, n int NOT NULL DEFAULT 5)"
        )
        let job = try await JobOnTable(fixture.postgres, .insert, "t", ["id", "email", "n"], read: 3)
        let applied = try await job.apply([[7, "a", 1], [Absent(), "b", Absent()], [nil, "c", 2]])
        #expect(applied.actionList == [.created, .created, .created])
        #expect(applied.receipt.keys == .integers([7, 1, 2]))
        let update = try await JobOnTable(
            fixture.postgres, .update, "t", ["id", "email", "n"], key: ["email"], read: 1, id: "bulk-job-2")
        #expect(try await update.apply([[7, "a", 9]]).actionList == [.updated])
    }

    @Test("row-level security keeps working, and what it refuses is the record's fault")
    func rowSecurity() async throws {
        let fixture = try await PostgresFixture()
        try await fixture.execute(
            """
            CREATE TABLE t (id int PRIMARY KEY, owner text NOT NULL); ALTER TABLE t ENABLE ROW LEVEL SECURITY;
            CREATE POLICY own ON t USING (owner = 'me') WITH CHECK (owner = 'me');
            DROP ROLE IF EXISTS breakbulk_rls; CREATE ROLE breakbulk_rls LOGIN;
            GRANT ALL ON t TO breakbulk_rls; GRANT ALL ON SCHEMA breakbulk TO breakbulk_rls;
            GRANT ALL ON ALL TABLES IN SCHEMA breakbulk TO breakbulk_rls;
            GRANT ALL ON ALL SEQUENCES IN SCHEMA breakbulk TO breakbulk_rls;
            INSERT INTO t VALUES (5, 'other')
            """)
        let url = fixture.url.replacing("postgres@", with: "breakbulk_rls@")
        let store = try await PostgresStore.open(url: url, limits: Limits())
        defer { store.close() }
        let job = try await JobOnTable(store, .insert, "t", ["id", "owner"], read: 4)
        let applied = try await job.apply([[1, "me"], [2, "you"], [3, "me"], [5, "me"]], isLast: true)
        #expect(applied.faultList == ["1:FORBIDDEN", "3:DUPLICATE_KEY(id)"])
    }

    @Test("a parent table that our role may not read does not stop the load")
    func unreadableParent() async throws {
        let fixture = try await PostgresFixture()
        try await fixture.execute(
            """
            CREATE TABLE p (id int PRIMARY KEY); INSERT INTO p VALUES (1);
            CREATE TABLE t (id int PRIMARY KEY, p int REFERENCES p);
            CREATE TABLE child (id int PRIMARY KEY, t int REFERENCES t);
            DROP ROLE IF EXISTS breakbulk_blind; CREATE ROLE breakbulk_blind LOGIN;
            GRANT ALL ON t TO breakbulk_blind; GRANT ALL ON SCHEMA breakbulk TO breakbulk_blind;
            GRANT ALL ON ALL TABLES IN SCHEMA breakbulk TO breakbulk_blind;
            GRANT ALL ON ALL SEQUENCES IN SCHEMA breakbulk TO breakbulk_blind
            """)
        let store = try await PostgresStore.open(
            url: fixture.url.replacing("postgres@", with: "breakbulk_blind@"), limits: Limits())
        defer { store.close() }
        let job = try await JobOnTable(store, .insert, "t", ["id", "p"], read: 3)
        #expect(
            try await job.apply([[1, 1], [2, 77], [3, nil]]).faultList == ["1:FOREIGN_KEY_VIOLATION(p)"])
        try await fixture.execute("INSERT INTO child VALUES (1, 1)")
        let delete = try await JobOnTable(store, .delete, "t", ["id"], read: 2, id: "bulk-job-2")
        #expect(try await delete.apply([[1], [3]]).faultList == ["0:FOREIGN_KEY_VIOLATION"])
    }

    @Test("references within a tenant name the column that is not the tenant's")
    func tenantReference() async throws {
        let fixture = try await PostgresFixture()
        try await fixture.execute(
            """
            CREATE TABLE p (tenant_id text, id int, PRIMARY KEY (tenant_id, id)); INSERT INTO p VALUES ('a', 1), ('b', 2);
            CREATE TABLE t (id int PRIMARY KEY, tenant_id text, p int, FOREIGN KEY (tenant_id, p) REFERENCES p)
            """)
        let job = try await JobOnTable(fixture.postgres, .insert, "t", ["id", "p"], tenant: "a", read: 3)
        #expect(
            try await job.apply([[1, 1], [2, 2], [3, nil]]).faultList == ["1:FOREIGN_KEY_VIOLATION(p)"])
    }

    @Test("deleting a record takes along what its foreign keys cascade to")
    func cascade() async throws {
        let fixture = try await PostgresFixture()
        try await fixture.execute(
            """
            CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t SELECT generate_series(1, 2000);
            CREATE TABLE child (id int PRIMARY KEY, t int REFERENCES t ON DELETE CASCADE);
            CREATE TABLE strict (t int REFERENCES t); CREATE INDEX ON child (t);
            INSERT INTO child SELECT x, x FROM generate_series(1, 2000) AS x; INSERT INTO strict VALUES (2), (3)
            """)
        let job = try await JobOnTable(fixture.postgres, .delete, "t", ["id"], read: 2001)
        let applied = try await job.apply((1...2001).map { [$0] }, isLast: true)
        #expect(
            applied.faultList == [
                "1:FOREIGN_KEY_VIOLATION", "2:FOREIGN_KEY_VIOLATION", "2000:RECORD_NOT_FOUND(id)",
            ])
        let again = try await JobOnTable(fixture.postgres, .delete, "t", ["id"], read: 2, id: "bulk-job-2")
        #expect(
            try await again.apply([[1], [7]]).faultList == [
                "0:RECORD_NOT_FOUND(id)", "1:RECORD_NOT_FOUND(id)",
            ])
        try #expect(await fixture.rows("SELECT count(*) FROM child") == [["2"]])
    }

    @Test("a lock that somebody holds makes the chunk wait, then fail for now, with nothing done")
    func lockWait() async throws {
        var limits = Limits()
        limits.lockWaitMax = .milliseconds(200)
        let fixture = try await PostgresFixture(limits: limits)
        try await fixture.execute("CREATE TABLE t (id int PRIMARY KEY)")
        let job = try await JobOnTable(fixture.postgres, .insert, "t", ["id"], read: 1)
        let other = ConnectionPool(settings: ConnectionSettings(url: fixture.url), connectionsMax: 1)
        defer { other.close() }
        let holder = try await other.take()
        try await holder.perform { try $0.run("BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE") }
        let error = await #expect(throws: StoreError.self) { try await job.apply([[1]], isLast: true) }
        #expect(error?.code == .busy)
        holder.giveBack()
        #expect(try await job.apply([[1]], isLast: true).job.state == .jobComplete)
    }

    @Test(
        "an update of many names the few that constraints refuse, and writes all others",
        arguments: [0, 1, 2])
    func largeUpdate(_ kind: Int) async throws {
        let fixture = try await PostgresFixture()
        try await fixture.execute(
            """
            CREATE TABLE p (id int PRIMARY KEY); INSERT INTO p VALUES (1);
            CREATE TABLE t (id int PRIMARY KEY, code text UNIQUE, n int CHECK (n >= 0), p int REFERENCES p);
            INSERT INTO t SELECT x, 'c' || x, 0, 1 FROM generate_series(1, 3000) AS x; INSERT INTO t VALUES (-1, 'taken')
            """)
        let bad: Set<Int> = [0, 99, 100, 1500, 2999]
        let rows = (0..<3000).map { index -> [(any Sendable)?] in
            let isBad = bad.contains(index)
            let code = isBad && kind == 0 ? "taken" : "c\(index + 1)"
            return [index + 1, code, isBad && kind == 1 ? -1 : 5, isBad && kind == 2 ? 9 : 1]
        }
        let job = try await JobOnTable(fixture.postgres, .update, "t", ["id", "code", "n", "p"], read: 3000)
        let applied = try await job.apply(rows, isLast: true)
        #expect(Set(applied.receipt.faults.map(\.index)) == bad)
        try #expect(await fixture.rows("SELECT count(*) FROM t WHERE n = 5") == [["2995"]])
        let code = [ErrorCode.duplicateKey, .checkViolation, .foreignKeyViolation][kind]
        #expect(applied.job.errorCounts == [code: 5])
    }
}
