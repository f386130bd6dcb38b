import BulkModel
import Engine
import Testing

@testable import StoreSQLite

@Suite("Queries in the sandbox", .serialized)
struct QueryTests {
    private let fixture: SQLiteFixture

    init() async throws {
        fixture = try SQLiteFixture()
        try await fixture.execute(
            "CREATE TABLE orders (id INTEGER PRIMARY KEY, tenant_id TEXT, amount REAL, note TEXT)")
        try await fixture.execute(
            "INSERT INTO orders VALUES (1, 'a''b', 1.5, 'x,y'), (2, 'u', 2, 'secret'), (3, 'a''b', NULL, '')")
        try await fixture.execute("CREATE TABLE shared (id INTEGER PRIMARY KEY, data BLOB)")
        try await fixture.execute("INSERT INTO shared VALUES (1, x'00FF'), (2, 1e300)")
        try await fixture.execute("CREATE TABLE hidden (id INTEGER PRIMARY KEY, word TEXT)")
        try await fixture.execute("INSERT INTO hidden VALUES (1, 'secret')")
        try await fixture.execute("CREATE VIEW peek AS SELECT * FROM orders")
        try await fixture.execute("CREATE VIRTUAL TABLE search USING fts5(text)")
    }

    private func run(
        _ sql: String?, format: ContentFormat = .csv, rowsMax: Int = 1000,
        durationMax: Duration = .seconds(60),
        tables: Set<String> = ["orders", "shared"]
    ) async throws -> String {
        let request = QueryRequest(
            sql: sql, table: "orders", tenant: TenantID("a'b"), tables: tables,
            tenantColumns: ["orders": "tenant_id"], format: format, durationMax: durationMax, rowsMax: rowsMax
        )
        let cursor = try await fixture.sqlite.open(request)
        var bytes: [UInt8] = []
        while let page = try await cursor.next() { bytes += page.bytes }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("a condition that fails on another tenant's row is never tried on it")
    func noSideChannel() async throws {
        try await fixture.execute("CREATE UNIQUE INDEX orders_note ON orders (note)")
        let probe = """
            SELECT count(*) FROM orders WHERE note >= 'secret' AND note < 'secret~'
            AND abs(CASE WHEN length(note) > 0 THEN -9223372036854775807 - 1 END) IS NOT NULL
            """
        #expect(try await run(probe) == "0\n")
    }

    @Test(
        "allowed statements give the tenant's rows",
        arguments: [
            (nil, "1,a'b,1.5,\"x,y\"\n3,a'b,,\"\"\n"),
            ("SELECT id FROM orders ORDER BY id DESC;  -- done\n;", "3\n1\n"),
            ("SELECT count(*) FROM orders", "2\n"),
            ("SELECT 1 FROM orders LIMIT 1", "1\n"),
            ("SELECT count(*) FROM temp.orders", "2\n"),
            ("SELECT count(*) FROM ORDERS AS o JOIN shared s ON s.id = o.id", "1\n"),
            ("SELECT max(rowid) FROM shared", "2\n"),
            ("SELECT id, data FROM main.shared WHERE id = 1", "1,\\x00ff\n"),
            (
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT sum(i) FROM n",
                "6\n"
            ),
            ("WITH big AS (SELECT 1) SELECT count(*) FROM big", "1\n"),
            ("SELECT value FROM json_each('[7,8]')", "7\n8\n"),
            ("SELECT upper(note), sum(amount) OVER () FROM orders WHERE id = 1", "\"X,Y\",1.5\n"),
            ("SELECT id FROM orders UNION SELECT id FROM shared ORDER BY 1", "1\n2\n3\n"),
            ("VALUES (1, 'a'), (2, NULL)", "1,a\n2,\n"),
            (
                "SELECT (SELECT count(*) FROM orders), EXISTS (SELECT 1 FROM orders WHERE note = 'secret')",
                "2,0\n"
            ),
        ])
    func allowed(_ sql: String?, _ expected: String) async throws {
        try #expect(await run(sql) == expected)
    }

    static let attacks = [
        "", " -- nothing", "SELECT", "SELECT 1; SELECT 2", "SELECT 1; DROP TABLE orders", "SELECT 1; garbage",
        "INSERT INTO shared VALUES (9, 9)", "UPDATE shared SET data = 1", "DELETE FROM shared",
        "DROP TABLE shared",
        "CREATE TABLE x (a)", "CREATE TEMP TABLE x (a)", "CREATE TEMP VIEW x AS SELECT 1",
        "REPLACE INTO shared VALUES (1, 1)",
        "WITH x AS (SELECT 1) DELETE FROM shared", "INSERT INTO shared VALUES (9, 9) RETURNING id",
        "BEGIN", "COMMIT", "SAVEPOINT x", "VACUUM", "VACUUM INTO '/tmp/x.db'", "REINDEX", "ANALYZE",
        "ATTACH '/etc/passwd' AS x", "ATTACH ':memory:' AS x", "DETACH main", "PRAGMA user_version",
        "PRAGMA query_only = OFF", "PRAGMA table_info(hidden)", "PRAGMA writable_schema = ON",
        "SELECT * FROM pragma_table_info('orders')", "SELECT count(*) FROM pragma_table_list",
        "SELECT * FROM pragma_database_list", "SELECT count(*) FROM pragma_function_list",
        "EXPLAIN SELECT 1", "EXPLAIN QUERY PLAN SELECT * FROM orders",
        "SELECT * FROM sqlite_master", "SELECT count(*) FROM sqlite_master",
        "SELECT sql FROM main.sqlite_schema",
        "SELECT * FROM sqlite_temp_master", "SELECT * FROM temp.sqlite_master",
        "SELECT count(*) FROM sqlite_temp_schema",
        "SELECT * FROM sqlite_dbpage", "SELECT * FROM dbstat", "SELECT count(*) FROM dbstat",
        "SELECT * FROM sqlite_stmt",
        "SELECT * FROM breakbulk_jobs", "SELECT count(*) FROM breakbulk_keys",
        "SELECT 1 FROM main.breakbulk_settings",
        "SELECT * FROM BREAKBULK_KEYS", "SELECT (SELECT value FROM breakbulk_settings)",
        "SELECT * FROM grdb_migrations",
        "SELECT id FROM shared ORDER BY (SELECT count(*) FROM breakbulk_keys)",
        "SELECT * FROM hidden", "SELECT count(*) FROM hidden", "SELECT count(*) FROM MAIN.hidden",
        "SELECT * FROM peek",
        "SELECT * FROM search", "SELECT * FROM search_content", "SELECT * FROM search('x')",
        "SELECT * FROM main.orders", "SELECT count(*) FROM main.orders", "SELECT count(*) FROM MAIN.orders",
        "SELECT 1 FROM \"main\".\"orders\"", "SELECT rowid FROM main.orders",
        "SELECT o.note FROM main.ORDERS o",
        "WITH orders AS (SELECT * FROM main.orders) SELECT * FROM orders",
        "WITH orders AS MATERIALIZED (SELECT * FROM main.orders) SELECT note FROM orders",
        "WITH orders AS (SELECT count(*) FROM main.orders) SELECT * FROM orders",
        "WITH view_0 AS (SELECT * FROM main.orders) SELECT * FROM view_0",
        "SELECT * FROM (SELECT * FROM main.orders) AS orders",
        "SELECT * FROM shared WHERE id IN (SELECT id FROM main.orders)",
        "SELECT 1 FROM shared JOIN main.orders USING (id)",
        "SELECT id FROM orders UNION SELECT id FROM main.orders",
        "SELECT load_extension('x')", "SELECT readfile('/etc/passwd')", "SELECT writefile('/tmp/x', 'x')",
        "SELECT edit('x')", "SELECT fts3_tokenizer('simple')", "SELECT sqlite_version()",
        "SELECT sqlite_log(1, 'x')",
        "SELECT sqlite_compileoption_get(1)", "SELECT last_insert_rowid()", "SELECT total_changes()",
        "SELECT ?", "SELECT :name", "SELECT 1\0; DROP TABLE orders", "SELECT * FROM nowhere",
        "SELECT nothing FROM orders",
        "SELECT " + String(repeating: "(", count: 300) + "1" + String(repeating: ")", count: 300),
        (0..<60).map { "SELECT \($0)" }.joined(separator: " UNION ALL "),
    ]

    @Test("whatever else is asked is refused", arguments: attacks)
    func refused(_ sql: String) async throws {
        let error = await #expect(throws: StoreError.self) { try await run(sql) }
        #expect(error?.code == .queryRefused)
        let message = error?.message ?? ""
        #expect(!message.contains("secret_hash") && !message.contains("view_") || sql.contains("view_"))
        try #expect(await fixture.rows("SELECT count(*) FROM shared") == [["2"]])
    }

    @Test("a column that holds what a job table is named gives no more than the caller's own word")
    func deniedTable() async throws {
        let error = await #expect(throws: StoreError.self) { try await run("SELECT * FROM breakbulk_keys") }
        #expect(error?.message == "no such table: breakbulk_keys")
    }

    @Test(
        "memory bombs, endless queries and too many rows end in queryLimit",
        arguments: [
            "SELECT length(zeroblob(1000000000))", "SELECT length(randomblob(900000000))",
            "SELECT length(replace(hex(zeroblob(20000000)), '0', 'xxxxxxxxxx'))",
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
        ])
    func bombs(_ sql: String) async throws {
        let error = await #expect(throws: StoreError.self) { try await run(sql) }
        #expect(error?.code == .queryLimit)
    }

    @Test("printf cannot make what is too long either: SQLite gives NULL")
    func longFormat() async throws {
        try #expect(await run("SELECT printf('%900000000d', 1) IS NULL") == "1\n")
    }

    @Test("a query past its time ends")
    func overTime() async throws {
        let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
        let error = await #expect(throws: StoreError.self) {
            try await run(sql, durationMax: .milliseconds(1))
        }
        #expect(error?.code == .queryLimit)
    }

    @Test("a cancelled reader ends its query")
    func cancelled() async throws {
        let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
        let task = Task { try await run(sql) }
        task.cancel()
        await #expect(throws: StoreError.self) { try await task.value }
    }

    @Test("JSON is written by the declared type of a table's column, by way of views and tenants as well")
    func jsonByType() async throws {
        try await fixture.execute(
            "CREATE TABLE typed (id INTEGER PRIMARY KEY, tenant_id TEXT, meta JSON, ok BOOLEAN)")
        try await fixture.execute(
            """
            INSERT INTO typed VALUES (1, 'a''b', '{"a":' || char(10) || '[1,2]}', 1), (2, 'a''b', '{broken', 0),
            (3, 'a''b', NULL, 7), (4, 'u', '{}', 1)
            """)
        let request = QueryRequest(
            sql: "SELECT id, meta, ok, ok + 0 AS n FROM typed ORDER BY id", table: "typed",
            tenant: TenantID("a'b"),
            tables: ["typed"], tenantColumns: ["typed": "tenant_id"], format: .json,
            durationMax: .seconds(60),
            rowsMax: 10)
        let cursor = try await fixture.sqlite.open(request)
        var bytes: [UInt8] = []
        while let page = try await cursor.next() { bytes += page.bytes }
        #expect(
            String(decoding: bytes, as: UTF8.self) == """
                {"id":1,"meta":{"a": [1,2]},"ok":true,"n":1}
                {"id":2,"meta":"{broken","ok":false,"n":0}
                {"id":3,"meta":null,"ok":7,"n":7}

                """)
    }

    @Test("JSON is an object a line; names that come twice are told apart")
    func json() async throws {
        try #expect(
            await run("SELECT id, id, note, amount, NULL AS n FROM orders ORDER BY id", format: .json)
                == """
                {"id":1,"id_2":1,"note":"x,y","amount":1.5,"n":null}
                {"id":3,"id_2":3,"note":"","amount":null,"n":null}

                """)
        #expect(RowRenderer.distinct(["a", "a", "a_2", "a"]) == ["a", "a_3", "a_2", "a_4"])
    }

    @Test("many rows come in pages and keep their order; exactly rowsMax rows are allowed")
    func pages() async throws {
        let sql =
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) SELECT i FROM n"
        let request = QueryRequest(
            sql: sql, table: "shared", tenant: TenantID("t"), tables: ["shared"], tenantColumns: [:],
            format: .csv,
            durationMax: .seconds(60), rowsMax: 200_000)
        let cursor = try await fixture.sqlite.open(request)
        #expect(cursor.columns == ["i"])
        var pages: [QueryPage] = []
        while let page = try await cursor.next() { pages.append(page) }
        #expect(pages.count > 3)
        #expect(pages.map(\.rowCount).reduce(0, +) == 200_000)
        #expect(pages.allSatisfy { $0.bytes.count < 300 << 10 })
        let text = String(decoding: pages.flatMap(\.bytes), as: UTF8.self)
        #expect(text == (1...200_000).map { "\($0)\n" }.joined())
    }

    @Test("a running query sees one state of the data while others write")
    func snapshot() async throws {
        let cursor = try await fixture.sqlite.open(
            QueryRequest(
                sql:
                    "SELECT s.id FROM shared s, shared t, (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                    + "WHERE i < 100000) SELECT i FROM n)", table: "shared", tenant: TenantID("t"),
                tables: ["shared"],
                tenantColumns: [:], format: .csv, durationMax: .seconds(60), rowsMax: 10_000_000))
        var rowCount = try await cursor.next()?.rowCount ?? 0
        try await fixture.execute("INSERT INTO shared VALUES (77, 1)")
        while let page = try await cursor.next() { rowCount += page.rowCount }
        #expect(rowCount == 400_000)
    }
}
