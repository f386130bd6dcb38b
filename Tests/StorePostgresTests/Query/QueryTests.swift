import BulkModel
import Engine
import PostgresHarness
import Testing

@testable import StorePostgres

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite("Queries on PostgreSQL", .serialized)
struct PostgresQueryTests {
    @Test("allowed statements give the tenant's rows")
    func allowed() async throws {
        let fixture = try await QueryFixture()
        let table: [(String?, String)] = [
            (nil, "1,a'b,1.5,\"x,y\"\n3,a'b,,\"\"\n"),
            ("SELECT id FROM orders ORDER BY id DESC;  -- done\n;", "3\n1\n"),
            ("SELECT count(*) FROM orders", "2\n"),
            ("SELECT count(*) FROM ORDERS AS o JOIN shared s ON s.id = o.id", "1\n"),
            ("SELECT id, data FROM shared ORDER BY id", "1,\\x00ff\n2,\n"),
            ("SELECT * FROM \"sales.parts\"", "7,seven\n"),
            (
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT sum(i) FROM n",
                "6\n"
            ),
            ("SELECT upper(note), sum(amount) OVER () FROM orders WHERE id = 1", "\"X,Y\",1.5\n"),
            ("SELECT id FROM orders UNION SELECT id FROM shared ORDER BY 1", "1\n2\n3\n"),
            ("VALUES (1, 'a'), (2, NULL)", "1,a\n2,\n"),
            ("VALUES ('#N/A', 1, 'a,#N/A,'), (NULL, 2, '#N/A')", "\"#N/A\",1,\"a,#N/A,\"\n,2,\"#N/A\"\n"),
            ("TABLE shared ORDER BY id LIMIT 1", "1,\\x00ff\n"),
            ("SELECT NULL UNION ALL SELECT ''", "\"\"\n\"\"\n"),
            (
                "SELECT (SELECT count(*) FROM orders), EXISTS (SELECT 1 FROM orders WHERE note = 'secret')",
                "2,f\n"
            ),
            ("SELECT string_agg(note, '|' ORDER BY id) FROM orders", "\"x,y|\"\n"),
            (
                "SELECT pg_typeof(id)::text, to_tsvector('english', 'two dogs')::text FROM shared LIMIT 1",
                "integer,'dog':2 'two':1\n"
            ),
            ("SELECT 1 WHERE random() < 2 AND now() > '2020-01-01' AND gen_random_uuid() IS NOT NULL", "1\n"),
        ]
        for (sql, expected) in table { #expect(try await fixture.run(sql) == expected, "\(sql ?? "whole")") }
        #expect(try await fixture.run(fixture.request("SELECT note FROM orders", tenant: "u")) == "secret\n")
        #expect(try await fixture.run(fixture.request(nil, tenant: "u")) == "2,u,2,secret\n")
        #expect(try await fixture.run(fixture.request(nil, tenant: "nobody")) == "")
        #expect(try await fixture.sandboxCount() == 0)
    }

    @Test("values of every type read back in CSV, and are JSON in JSON")
    func types() async throws {
        let fixture = try await QueryFixture()
        let sql = """
            SELECT true AS b, 0.1::float8 AS r, 'NaN'::float8 AS nan, 12345678901234567890.10 AS d, date '2024-02-29' AS day,
                timestamptz '2024-02-29 12:00:00.5+02' AS t, time '01:02:03' AS tm, interval '1 day 2 hours' AS i,
                '\\x00ff'::bytea AS x, ARRAY[1, NULL, 3] AS list, jsonb '{"k": [1]}' AS doc, ('{"a":' || E'\n1}')::json AS text,
                E'line\nbreak, "quoted" \\\\ back' AS s
            """
        let csv = try await fixture.run(sql)
        let expectedCSV = """
            t,0.1,NaN,12345678901234567890.10,2024-02-29,2024-02-29 10:00:00.5+00,01:02:03,1 day 02:00:00,\\x00ff,\
            "{1,NULL,3}","{""k"": [1]}","{""a"":\n1}","line\nbreak, ""quoted"" \\ back"

            """
        #expect(csv == expectedCSV)
        let json = try await fixture.run(fixture.request(sql, format: .ndjson))
        let expectedJSON = #"""
            {"b":true,"r":0.1,"nan":"NaN","d":12345678901234567890.10,"day":"2024-02-29",\#
            "t":"2024-02-29T10:00:00.5+00:00","tm":"01:02:03","i":"1 day 02:00:00","x":"\\x00ff","list":[1,null,3],\#
            "doc":{"k": [1]},"text":{"a": 1},"s":"line\nbreak, \"quoted\" \\ back"}

            """#
        #expect(json == expectedJSON)
    }

    @Test(
        "an object a line, even where a column's own JSON has line breaks; names that come twice are told apart"
    )
    func json() async throws {
        let fixture = try await QueryFixture()
        let sql = "SELECT id, id, note, E'{\"a\":\\n \"b\\\\nc\"}'::json AS doc FROM orders ORDER BY id"
        let expected = #"""
            {"id":1,"id_2":1,"note":"x,y","doc":{"a":  "b\nc"}}
            {"id":3,"id_2":3,"note":"","doc":{"a":  "b\nc"}}

            """#
        #expect(try await fixture.run(fixture.request(sql, format: .json)) == expected)
        let whole = """
            {"id":1,"tenant_id":"a'b","amount":1.5,"note":"x,y"}
            {"id":3,"tenant_id":"a'b","amount":null,"note":""}

            """
        #expect(try await fixture.run(fixture.request(nil, format: .json)) == whole)
        #expect(QueryColumns.distinct(["a", "a", "a_2", "a"]) == ["a", "a_3", "a_2", "a_4"])
    }

    @Test("tenants are told apart by every byte, whatever the column's type and collation")
    func tenantTypes() async throws {
        let fixture = try await QueryFixture()
        try await fixture.execute(
            """
            CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
            CREATE TABLE t1 (id int PRIMARY KEY, t text COLLATE blind); CREATE TABLE t2 (id int PRIMARY KEY, t char(5));
            CREATE TABLE t3 (id int PRIMARY KEY, t int); CREATE TABLE t4 (id int PRIMARY KEY, t uuid);
            CREATE DOMAIN label AS varchar(20); CREATE TABLE t5 (id int PRIMARY KEY, t label);
            CREATE TABLE t6 (id int PRIMARY KEY, t varchar(3));
            INSERT INTO t1 VALUES (1, 'acme'), (2, 'ACME'); INSERT INTO t2 VALUES (1, 'acme'), (2, 'acm');
            INSERT INTO t3 VALUES (1, 12), (2, 120); INSERT INTO t5 VALUES (1, 'acme'), (2, 'Acme');
            INSERT INTO t4 VALUES (1, 'b5dbd3fd-3b8d-4b3f-8f0e-111111111111'), (2, gen_random_uuid());
            INSERT INTO t6 VALUES (1, 'acm'), (2, 'acn');
            """)
        let cases: [(String, String, String)] = [
            ("t1", "acme", "1\n"), ("t1", "Acme", ""), ("t2", "acme", "1\n"), ("t2", "acme ", ""),
            ("t3", "12", "1\n"),
            ("t3", "012", ""), ("t3", "1e1", ""), ("t3", "99999999999", ""), ("t5", "acme", "1\n"),
            ("t4", "b5dbd3fd-3b8d-4b3f-8f0e-111111111111", "1\n"),
            ("t4", "B5DBD3FD-3B8D-4B3F-8F0E-111111111111", ""),
            ("t4", "x", ""), ("t6", "acm", "1\n"), ("t6", "acme", ""),
        ]
        for (table, tenant, expected) in cases {
            let request = QueryRequest(
                sql: "SELECT id FROM \(table)", table: table, tenant: TenantID(tenant), tables: [table],
                tenantColumns: [table: "t"], format: .csv, durationMax: .seconds(60), rowsMax: 10)
            #expect(try await fixture.run(request) == expected, "\(table) \(tenant)")
        }
    }

    @Test("many rows come in pages and keep their order; exactly rowsMax rows are allowed")
    func pages() async throws {
        let fixture = try await QueryFixture()
        let sql = "SELECT i FROM generate_series(1, 200000) AS n(i) ORDER BY i"
        let cursor = try await fixture.store.open(fixture.request(sql, rowsMax: 200_000))
        #expect(cursor.columns == ["i"])
        var pages: [QueryPage] = []
        while let page = try await cursor.next() { pages.append(page) }
        #expect(pages.count > 3)
        #expect(pages.map(\.rowCount).reduce(0, +) == 200_000)
        #expect(pages.allSatisfy { $0.bytes.count < 300 << 10 })
        let text = String(decoding: pages.flatMap(\.bytes), as: UTF8.self)
        #expect(text == (1...200_000).map { "\($0)\n" }.joined())
        let over = await #expect(throws: StoreError.self) {
            try await fixture.run(fixture.request(sql, rowsMax: 199_999))
        }
        #expect(over?.code == .queryLimit)
        #expect(try await fixture.sandboxCount() == 0)
    }

    @Test("memory bombs, endless queries and too many rows end in queryLimit")
    func limits() async throws {
        let fixture = try await QueryFixture()
        let bombs = [
            "SELECT generate_series(1, 100000000)", "SELECT repeat('x', 1000000000)",
            "SELECT repeat('x', 17000000)",
            "SELECT repeat('xxxxxxxxxx', 1000000000)", "SELECT array_fill(1, ARRAY[10000000])",
            "SELECT repeat(note || 'xxxx', 5000000) FROM orders",
        ]
        for (index, sql) in bombs.enumerated() {
            let format: ContentFormat = index % 2 == 0 ? .csv : .json
            let error = await #expect(throws: StoreError.self) {
                try await fixture.run(fixture.request(sql, format: format))
            }
            #expect(error?.code == .queryLimit, "\(sql): \(error?.message ?? "")")
        }
        #expect(try await fixture.sandboxCount() == 0)
    }

    @Test("a query past its time ends, in the server too")
    func overTime() async throws {
        let fixture = try await QueryFixture()
        let slow = "SELECT count(*) FROM generate_series(1, 1000000000) AS a(i)"
        for sql in [slow, "SELECT count(*) FROM orders, generate_series(1, 1000000000) AS a(i)"] {
            let error = await #expect(throws: StoreError.self) {
                try await fixture.run(fixture.request(sql, durationMax: .milliseconds(300)))
            }
            #expect(error?.code == .queryLimit)
        }
        #expect(try await fixture.sandboxCount() == 0)
    }

    @Test("a cancelled reader ends its query, and leaves nothing behind")
    func cancelled() async throws {
        let fixture = try await QueryFixture()
        let cursor = try await fixture.store.open(
            fixture.request("SELECT count(*) FROM generate_series(1, 1000000000) AS a(i)"))
        let error = await withTaskGroup(of: StoreError?.self) { group in
            group.addTask {
                do throws(StoreError) { _ = try await cursor.next() } catch { return error }
                return nil
            }
            group.cancelAll()
            return await group.next() ?? nil
        }
        #expect(error == StoreError(.failed, "the query was cancelled"))
        #expect(try await cursor.next() == nil)
        #expect(try await fixture.sandboxCount() == 0)
    }

    @Test("a dropped cursor ends its query: the role and its session go")
    func dropped() async throws {
        let fixture = try await QueryFixture()
        var cursor: (any QueryCursor)? = try await fixture.store.open(
            fixture.request("SELECT generate_series(1, 1000000000)", rowsMax: .max))
        #expect(try await cursor?.next() != nil)
        #expect(try await fixture.sandboxCount() == 2)
        cursor = nil
        while try await fixture.sandboxCount() > 0 { await Task.yield() }
    }

    @Test("what a node left behind when it died is removed by the next query; what is in use is not")
    func abandoned() async throws {
        let fixture = try await QueryFixture()
        let used = try await fixture.store.open(
            fixture.request("SELECT i FROM generate_series(1, 100000) AS a(i)", rowsMax: .max))
        let sandbox = try await fixture.store.pool.with { [store = fixture.store, fixture] session in
            let tables = try store.catalog.tables(session)
            return try QuerySandbox.make(
                for: fixture.request("SELECT 1"), tables: tables, settings: store.settings, session)
        }
        let roles =
            "SELECT r.rolname FROM pg_roles r WHERE r.rolname LIKE 'breakbulk\\_q%' AND rolvaliduntil < now()"
        try await fixture.execute("ALTER ROLE \(sandbox.name) VALID UNTIL '2000-01-01'")
        let used1 = try await fixture.rows(
            "SELECT usename FROM pg_stat_activity WHERE usename LIKE 'breakbulk\\_q%' AND datname = current_database()"
        )[0][0]
        try await fixture.execute("ALTER ROLE \(used1) VALID UNTIL '2000-01-01'")
        #expect(try await fixture.run("SELECT 1") == "1\n")
        let left = try await fixture.rows(roles).map { $0[0] }
        #expect(left.contains(used1))
        #expect(!left.contains(sandbox.name))
        var rowCount = 0
        while let page = try await used.next() { rowCount += page.rowCount }
        #expect(rowCount == 100_000)
        #expect(try await fixture.sandboxCount() == 0)
    }

    @Test("a changed table is seen as it is now, and a query stands in the way of no later change")
    func changes() async throws {
        let fixture = try await QueryFixture()
        #expect(try await fixture.run("SELECT * FROM shared WHERE id = 2") == "2,\n")
        try await fixture.execute("ALTER TABLE shared DROP COLUMN data, ADD COLUMN word text DEFAULT 'w'")
        #expect(try await fixture.run("SELECT * FROM shared WHERE id = 2") == "2,w\n")
        #expect(try await fixture.run(fixture.request(nil, table: "shared")) == "1,w\n2,w\n")
        try await fixture.execute("DROP TABLE shared")
        let error = await #expect(throws: StoreError.self) { try await fixture.run("SELECT * FROM shared") }
        #expect(error?.code == .queryRefused)
    }

    @Test("nodes and tenants query at once")
    func atOnce() async throws {
        let fixture = try await QueryFixture()
        let other = try await PostgresStore.open(url: fixture.url, limits: Limits())
        let counts = try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<8 {
                group.addTask {
                    let request = fixture.request(
                        "SELECT count(*) FROM orders", tenant: number % 2 == 0 ? "u" : "a'b")
                    let cursor = try await (number < 4 ? fixture.store : other).open(request)
                    let page = try await cursor.next()
                    while try await cursor.next() != nil {}
                    return "\(request.tenant) \(String(decoding: page?.bytes ?? [], as: UTF8.self))"
                }
            }
            return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
        #expect(counts == ["u 1\n": 4, "a'b 2\n": 4])
        #expect(try await fixture.sandboxCount() == 0)
    }

    @Test("tables may be called what types and functions are called, and anything else")
    func oddNames() async throws {
        let fixture = try await QueryFixture()
        let names = [
            "text", "oid", "regclass", "int8", "octet_length", "Mixed Case", "q\"uote", "it's", "żółć",
        ]
        for name in names {
            let quoted = QuerySQL.identifier(name)
            try await fixture.execute(
                "CREATE TABLE \(quoted) (\(quoted) text); INSERT INTO \(quoted) VALUES ('\(name.count)')")
        }
        for name in names {
            let sql =
                "SELECT t.*, 'x'::text || count(*)::int8 AS n FROM \(QuerySQL.identifier(name)) AS t GROUP BY 1"
            let request = fixture.request(sql, table: name, tables: Set(names))
            #expect(try await fixture.run(request) == "\(name.count),x1\n", "\(name)")
            let whole = fixture.request(nil, table: name, tables: [name])
            #expect(try await fixture.run(whole) == "\(name.count)\n", "\(name)")
        }
    }

    @Test("a running query sees one state of the data while others write")
    func snapshot() async throws {
        let fixture = try await QueryFixture()
        let cursor = try await fixture.store.open(
            fixture.request("SELECT s.id FROM generate_series(1, 300000) AS g(i), shared AS s", rowsMax: .max)
        )
        var rowCount = try await cursor.next()?.rowCount ?? 0
        try await fixture.execute("INSERT INTO shared VALUES (77, NULL)")
        while let page = try await cursor.next() { rowCount += page.rowCount }
        #expect(rowCount == 600_000)
    }

    @Test("another tenant's row that is too long is nobody else's concern")
    func longRowOfOther() async throws {
        let fixture = try await QueryFixture()
        try await fixture.execute("INSERT INTO orders VALUES (9, 'u', 1, repeat('x', 20000000))")
        #expect(try await fixture.run(nil) == "1,a'b,1.5,\"x,y\"\n3,a'b,,\"\"\n")
        let error = await #expect(throws: StoreError.self) {
            try await fixture.run(fixture.request(nil, tenant: "u"))
        }
        #expect(error?.code == .queryLimit)
    }

    @Test(
        "without the right to make roles SQL is refused with what to grant; whole tables are exported all the same"
    )
    func withoutRights() async throws {
        let plain = try await QueryFixture(
            user: "plain_\(UInt32.random(in: 0 ... .max))", rights: "NOCREATEROLE")
        let error = await #expect(throws: StoreError.self) { try await plain.run("SELECT 1") }
        #expect(error?.code == .queryRefused)
        #expect(error?.message.contains("ALTER ROLE plain_") == true)
        #expect(try await plain.run(nil) == "1,a'b,1.5,\"x,y\"\n3,a'b,,\"\"\n")
        let poor = try await QueryFixture(user: "poor_\(UInt32.random(in: 0 ... .max))")
        let second = await #expect(throws: StoreError.self) { try await poor.run("SELECT 1") }
        #expect(second?.message.contains("GRANT CREATE ON DATABASE") == true)
        let able = try await QueryFixture(user: "able_\(UInt32.random(in: 0 ... .max))", grants: ["CREATE"])
        #expect(try await able.run("SELECT count(*) FROM orders") == "2\n")
        #expect(try await able.sandboxCount() == 0)
    }

    @Test("a server that lets the query's role not in is told so, and nothing is left behind")
    func noLogin() async throws {
        let fixture = try await QueryFixture()
        let sandbox = try await fixture.store.pool.with { [store = fixture.store, fixture] session in
            let sandbox = try QuerySandbox.make(
                for: fixture.request("SELECT 1"), tables: [], settings: store.settings, session)
            try session.run("ALTER ROLE \(sandbox.name) NOLOGIN")
            return sandbox
        }
        let stop = QueryStop(durationMax: .seconds(60))
        let request = fixture.request("SELECT 1")
        let error = #expect(throws: StoreError.self) {
            try QueryRun(request, sandbox: sandbox, stop: stop) { () throws(StoreError) in
                try QuerySource("SELECT 1", in: sandbox, format: .csv, stop: stop)
            }
        }
        #expect(error?.code == .queryRefused)
        #expect(error?.message.contains("pg_hba.conf") == true)
        #expect(try await fixture.sandboxCount() == 0)
    }

    @Test("a result of any size takes the memory of a page")
    func constantMemory() async throws {
        let fixture = try await QueryFixture()
        for format in [ContentFormat.csv, .json] {
            let sql =
                "SELECT g.i, repeat('x', 1000) AS word FROM (SELECT generate_series(1, 300000) AS i) AS g"
            let cursor = try await fixture.store.open(fixture.request(sql, format: format, rowsMax: .max))
            var byteCount = 0
            var residentMax = 0
            _ = try await cursor.next()
            let residentBefore = try Self.residentBytes()
            while let page = try await cursor.next() {
                byteCount += page.bytes.count
                residentMax = max(residentMax, try Self.residentBytes())
            }
            #expect(byteCount > 300_000_000)
            // Tests beside this one need some, too.
            #expect(residentMax - residentBefore < 150 << 20)
        }
    }

    /// Of this process ("proc(5)", statm); 0 where there is no such file.
    private static func residentBytes() throws -> Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        guard fgets(&line, 256, file) != nil else { return 0 }
        let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return (Int(text.split(separator: " ")[1]) ?? 0) * Int(getpagesize())
    }
}
