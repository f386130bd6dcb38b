import BulkModel
import Engine
import Planning
import PostgresHarness
import Testing

@testable import StorePostgres

@Suite("The sandbox of queries on PostgreSQL", .serialized)
struct QueryAttackTests {
    static let attacks = [
        "", " -- nothing", "SELECT", "SELECT 1; SELECT 2", "SELECT 1; DROP TABLE orders", "SELECT 1; garbage",
        "SELECT 1) TO PROGRAM 'touch /tmp/x' --", "SELECT 1) TO STDOUT; DROP TABLE orders; COPY (SELECT 1",
        "SELECT 1) AS q; DROP TABLE orders --", "SELECT 1 WITH LOCAL CHECK OPTION", "SELECT 1 /*",
        "SELECT $1", "SELECT 1\0",
        "COPY orders TO PROGRAM 'id'", "COPY orders TO STDOUT", "COPY (SELECT 1) TO PROGRAM 'id'",
        "INSERT INTO shared VALUES (9)", "UPDATE shared SET data = NULL", "DELETE FROM shared",
        "TRUNCATE shared",
        "INSERT INTO shared VALUES (9) RETURNING id", "DELETE FROM orders RETURNING id",
        "WITH x AS (DELETE FROM shared RETURNING id) SELECT * FROM x",
        "WITH x AS (INSERT INTO orders VALUES (9, 'u') RETURNING id) SELECT * FROM x",
        "SELECT * INTO stolen FROM orders", "SELECT * FROM shared FOR UPDATE",
        "SELECT * FROM orders FOR SHARE",
        "CREATE TABLE x (a int)", "CREATE TEMP TABLE x (a int)", "CREATE VIEW x AS SELECT 1",
        "DROP TABLE shared",
        "DO 'BEGIN END'", "CALL nothing()", "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT x", "VACUUM", "ANALYZE",
        "CHECKPOINT",
        "SET ROLE postgres", "RESET ROLE", "SET SESSION AUTHORIZATION postgres",
        "RESET SESSION AUTHORIZATION",
        "SHOW data_directory", "EXPLAIN SELECT 1", "EXPLAIN ANALYZE SELECT 1", "LISTEN breakbulk",
        "NOTIFY breakbulk",
        "PREPARE x AS SELECT 1", "EXECUTE x", "DISCARD ALL", "LOCK TABLE orders", "LOAD 'x'",
        "DECLARE c CURSOR FOR SELECT 1",
        "SELECT set_config('role', 'postgres', false)",
        "SELECT set_config('session_authorization', 'postgres', false)",
        "SELECT set_config('statement_timeout', '0', false)",
        "SELECT pg_catalog.set_config('work_mem', '1GB', false)",
        "SELECT current_setting('data_directory')", "SELECT pg_sleep(0)", "SELECT pg_sleep_for('1 ms')",
        "SELECT pg_read_file('/etc/passwd')", "SELECT pg_read_binary_file('/etc/passwd')",
        "SELECT pg_ls_dir('/')",
        "SELECT * FROM pg_ls_dir('.')", "SELECT pg_stat_file('/etc/passwd')",
        "SELECT lo_import('/etc/passwd')",
        "SELECT lo_get(1)", "SELECT lo_create(0)", "SELECT lo_from_bytea(0, 'x')",
        "SELECT lo_export(1, '/tmp/x')",
        "SELECT * FROM public.dblink('dbname=postgres', 'SELECT 1') AS t(a int)",
        "SELECT public.dblink_exec('dbname=postgres', 'SELECT 1')",
        "SELECT pg_terminate_backend(pg_backend_pid())", "SELECT pg_cancel_backend(1)",
        "SELECT pg_reload_conf()",
        "SELECT pg_notify('breakbulk', 'work')", "SELECT pg_advisory_lock(1)",
        "SELECT pg_try_advisory_xact_lock(1, 2)",
        "SELECT nextval('public.counter')", "SELECT setval('public.counter', 5)",
        "SELECT currval('public.counter')",
        "SELECT last_value FROM public.counter",
        "SELECT query_to_xml('SELECT * FROM breakbulk.settings', true, false, '')",
        "SELECT table_to_xml('public.orders', true, false, '')",
        "SELECT schema_to_xml('public', true, false, '')",
        "SELECT database_to_xml(true, false, '')", "SELECT cursor_to_xml('c', 1, true, false, '')",
        "SELECT * FROM ts_stat('SELECT 1::tsvector')",
        "SELECT ts_rewrite('a'::tsquery, 'SELECT ''a''::tsquery, ''b''::tsquery')",
        "SELECT * FROM breakbulk.settings", "SELECT count(*) FROM breakbulk.keys",
        "SELECT 1 FROM breakbulk.jobs",
        "SELECT * FROM public.orders", "SELECT count(*) FROM public.orders",
        "SELECT o.note FROM public.orders o",
        "SELECT * FROM hidden", "SELECT * FROM public.hidden", "SELECT * FROM sales.parts",
        "SELECT * FROM public.peek",
        "SELECT id FROM orders UNION SELECT id FROM public.hidden",
        "SELECT (SELECT max(word) FROM public.hidden)",
        "WITH orders AS (SELECT * FROM public.hidden) SELECT * FROM orders",
        "SELECT * FROM shared WHERE id IN (SELECT id FROM public.hidden)",
        "SELECT 1 FROM shared ORDER BY (SELECT count(*) FROM public.hidden)",
        "SELECT 1 FROM shared TABLESAMPLE SYSTEM (10)", "SELECT * FROM \"breakbulk query\"",
        "SELECT * FROM \"breakbulk probe\"",
        "SELECT * FROM pg_class", "SELECT query FROM pg_stat_activity", "SELECT definition FROM pg_views",
        "SELECT * FROM pg_catalog.pg_roles", "SELECT rolpassword FROM pg_authid", "SELECT * FROM pg_stats",
        "SELECT table_name FROM information_schema.tables", "SELECT * FROM pg_settings",
        "SELECT pg_get_viewdef('orders'::regclass)", "SELECT has_table_privilege('public.orders', 'SELECT')",
        "SELECT pg_stat_get_backend_activity(1)", "SELECT public.all_notes()",
        "SELECT * FROM public.all_notes()",
        "SELECT id FROM orders WHERE public.tell(note)", "SELECT 1 WHERE 'a' OPERATOR(public.=~~) 'b'",
        "SELECT * FROM nowhere", "SELECT nothing FROM orders", "SELECT ROW(1, 2)",
        "SELECT count(*) FILTER (WHERE pg_try_advisory_lock(1)) FROM orders",
        "SELECT CASE WHEN id = 1 THEN pg_sleep(0)::text END FROM orders",
        "SELECT sum(id) OVER (ORDER BY pg_backend_pid()) FROM orders", "SELECT 1 LIMIT pg_backend_pid()",
        "SELECT l.* FROM orders, LATERAL (SELECT pg_backend_pid()) AS l",
        "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE pg_sleep(0) IS NULL) SELECT * FROM n",
        "SELECT ARRAY(SELECT pg_ls_dir('/'))",
        "SELECT x::regclass::text FROM generate_series(1255, 1260) AS x", "SELECT 'orders'::regclass::oid",
        "SELECT 10::regrole::text", "SELECT 1242::regproc::text", "SELECT 2205::regtype::text",
        "SELECT ARRAY[1259]::oid[]::regclass[]::text[]", "SELECT '{1259}'::regclass[]::text",
        "SELECT format('%s', 1259::regclass)", "SELECT format_type(2205, -1)",
        "SELECT * FROM json_to_record('{\"a\": 1259}') AS x(a regclass)",
        "SELECT to_json(json_populate_record(NULL::public.hidden, '{}'))",
        "SELECT to_json(NULL::breakbulk.settings)",
        "SELECT to_json(ROW(1, 'x')::public.hidden)", "SELECT to_json(NULL::pg_catalog.pg_authid)",
        "SELECT to_json(x) FROM json_to_recordset('[{}]') AS x(a public.hidden)",
        "SELECT to_json(record_in('(1,a)', 2205::oid, -1))", "SELECT regclassout(1259::oid)::text",
        "SELECT \":funcid 871\" FROM (SELECT pg_backend_pid()) AS x(\":funcid 871\")",
    ]

    @Test("whatever is no plain SELECT over the tenant's views is refused, and changes nothing")
    func refused() async throws {
        let fixture = try await QueryFixture()
        try await fixture.execute(
            "CREATE EXTENSION dblink; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO PUBLIC")
        let before = try await state(of: fixture)
        for sql in Self.attacks {
            do {
                let result = try await fixture.run(sql)
                Issue.record("taken: \(sql), gives \(result)")
            } catch let error as StoreError {
                #expect(error.code == .queryRefused, "\(sql): \(error)")
                #expect(!error.message.contains("breakbulk_q"), "\(sql): \(error)")
                #expect(!error.message.contains("secret"), "\(sql): \(error)")
            }
        }
        #expect(try await state(of: fixture) == before)
        #expect(try await fixture.sandboxCount() == 0)
    }

    /// What an attack would change.
    private func state(of fixture: QueryFixture) async throws -> [[String]] {
        try await fixture.rows(
            """
            SELECT (SELECT string_agg(o::text, ';' ORDER BY id) FROM orders AS o), (SELECT count(*) FROM shared),
                (SELECT last_value FROM counter), (SELECT count(*) FROM pg_class WHERE oid >= 16384),
                (SELECT count(*) FROM pg_largeobject_metadata), (SELECT count(*) FROM pg_locks AS l JOIN pg_database AS d ON d.oid = l.database
                    WHERE l.locktype = 'advisory' AND d.datname = current_database())
            """)
    }

    @Test("a condition that fails on another tenant's row is never tried on it")
    func noSideChannel() async throws {
        let fixture = try await QueryFixture()
        try await fixture.execute(
            "CREATE INDEX ON orders (note); INSERT INTO orders SELECT i, 'u', i, 'n' || i FROM generate_series(10, 5000) AS n(i)"
        )
        try await fixture.execute("ANALYZE orders")
        let probes = [
            "SELECT count(*) FROM orders WHERE 1 / (CASE WHEN note = 'secret' THEN 0 ELSE 1 END) = 1",
            "SELECT count(*) FROM orders WHERE (CASE WHEN note LIKE 'n%' THEN note ELSE '1' END)::int = 1",
            "SELECT count(*) FROM orders WHERE tenant_id <> 'a''b' OR 1 / (id - 2) < 5",
            "SELECT count(*) FROM (SELECT * FROM orders OFFSET 0) AS o WHERE 1 / (id - 2) < 5",
        ]
        for probe in probes { #expect(try await fixture.run(probe) == "2\n", "\(probe)") }
    }

    @Test("refusals tell the caller where and what, in the server's words")
    func messages() async throws {
        let fixture = try await QueryFixture()
        let table = [
            ("SELECT nothing FROM orders", "column \"nothing\" does not exist (at character 8)"),
            ("SELECT 1; SELECT 2", "only one statement is taken; remove what follows the first"),
            ("EXPLAIN SELECT 1", "only a SELECT is taken"), ("DROP TABLE orders", "only a SELECT is taken"),
            ("SELECT pg_backend_pid()", "function pg_backend_pid may not be used in a query"),
            ("SELECT 1259::regclass::text", "type regclass may not be used in a query"),
            ("SELECT 1 / (id - id) FROM orders", "division by zero"),
            (
                "SELECT upper(1)",
                "function upper(integer) does not exist (at character 8); No function matches the given name and argument types. You might need to add explicit type casts."
            ),
        ]
        for (sql, message) in table {
            let error = await #expect(throws: StoreError.self) { try await fixture.run(sql) }
            #expect(error == StoreError(.queryRefused, message))
        }
    }

    @Test("the role itself has no rights: what the guard let through would still reach nothing")
    func roleHasNoRights() async throws {
        let fixture = try await QueryFixture()
        let sandbox = try await fixture.store.pool.with { [store = fixture.store, fixture] session in
            let tables = try store.catalog.tables(session).filter { $0.description.name == "orders" }
            return try QuerySandbox.make(
                for: fixture.request("SELECT 1"), tables: tables, settings: store.settings, session)
        }
        let pool = ConnectionPool(settings: sandbox.settings, connectionsMax: 1)
        let attacks = [
            "SET ROLE postgres", "SELECT set_config('role', 'postgres', false)",
            "SELECT set_config('session_authorization', 'postgres', false)", "SELECT * FROM public.orders",
            "SELECT * FROM public.shared", "SELECT * FROM public.peek", "SELECT * FROM breakbulk.settings",
            "SELECT query_to_xml('SELECT * FROM breakbulk.settings', true, false, '')",
            "SELECT table_to_xml('public.orders', true, false, '')",
            "SELECT pg_read_file('/etc/passwd')",
            "SELECT pg_ls_dir('/')", "SELECT lo_import('/etc/passwd')", "COPY (SELECT 1) TO PROGRAM 'id'",
            "COPY (SELECT 1) TO '/tmp/breakbulk-stolen'", "INSERT INTO orders VALUES (9, 'a''b')",
            "DELETE FROM orders",
            "UPDATE orders SET note = 'x'", "CREATE SCHEMA mine", "CREATE ROLE mine",
            "CREATE TABLE public.mine (a int)",
            "ALTER ROLE \(sandbox.name) SUPERUSER", "ALTER ROLE postgres PASSWORD 'x'",
            "GRANT postgres TO \(sandbox.name)",
            "DROP VIEW orders", "ALTER VIEW orders SET (security_barrier = false)", "SELECT * FROM pg_authid",
            "CREATE OR REPLACE VIEW orders AS SELECT * FROM public.orders", "CREATE EXTENSION dblink",
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres' AND datname = current_database()",
        ]
        try await pool.with { session in
            try session.run(QueryStatements.enter(sandbox.name, milliseconds: 60_000))
            for sql in attacks {
                let failure = #expect(throws: ServerFailure.self, "\(sql)") { try session.run(sql) }
                #expect(failure?.state == "42501", "\(sql): \(failure?.message ?? "")")
            }
            let queries = try session.execute(
                "SELECT query FROM pg_stat_activity WHERE usename <> current_user AND query <> ''")
            for row in 0..<queries.count { #expect(queries.text(row, 0) == "<insufficient privilege>") }
            #expect(try session.execute("SELECT count(*) FROM orders").integer(0, 0) == 2)
            try session.run("BEGIN READ ONLY; SELECT 1")
            #expect(throws: ServerFailure.self) {
                try session.run("SELECT set_config('transaction_read_only', 'off', false)")
            }
            try session.run("ROLLBACK")
        }
        pool.close()
        sandbox.remove()
        while try await fixture.sandboxCount() > 0 { sandbox.remove() }
    }

    @Test(
        "the role logs in by its password; where the server lets nobody in, that is what the operator is told"
    )
    func authentication() async throws {
        let cluster = try await PostgresCluster.make()
        let fixture = try await QueryFixture(on: cluster)
        try await fixture.letIn("scram-sha-256")
        #expect(try await fixture.run("SELECT count(*) FROM orders") == "2\n")
        try await fixture.letIn("reject")
        let error = await #expect(throws: StoreError.self) { try await fixture.run("SELECT 1") }
        #expect(error?.code == .queryRefused)
        #expect(error?.message.contains("pg_hba.conf") == true)
        #expect(try await fixture.sandboxCount() == 0)
    }

    @Test("a query's password is in no statement that the server logs")
    func passwordIsHidden() async throws {
        let fixture = try await QueryFixture()
        let (sandbox, stored) = try await fixture.store.pool.with {
            [store = fixture.store, fixture] session in
            let sandbox = try QuerySandbox.make(
                for: fixture.request("SELECT 1"), tables: [], settings: store.settings, session)
            let sql =
                "SELECT rolpassword, rolconnlimit, rolvaliduntil < now() + '2 minutes' FROM pg_authid WHERE rolname = $1"
            let rows = try session.execute(sql, [.text(sandbox.name)])
            return (sandbox, [rows.text(0, 0) ?? "", rows.text(0, 1) ?? "", rows.text(0, 2) ?? ""])
        }
        #expect(stored[0].hasPrefix("SCRAM-SHA-256$"))
        #expect(!stored[0].contains(sandbox.settings.password ?? ""))
        #expect(stored[1...] == ["1", "t"])
        sandbox.remove()
    }
}
