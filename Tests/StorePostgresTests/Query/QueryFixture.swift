import BulkModel
import Engine
import PostgresHarness

@testable import StorePostgres

/// A store over a database of its own, with the rows of two tenants.
struct QueryFixture {
    let cluster: PostgresCluster
    let url: String
    let store: PostgresStore

    static let tables: Set<String> = ["orders", "shared", "sales.parts"]

    /// `user` opens the store; the tables are the superuser's, and everything on them is granted to it.
    init(
        user: String? = nil, rights: String = "CREATEROLE", grants: [String] = [],
        on cluster: PostgresCluster? = nil
    ) async throws {
        let cluster = if let cluster { cluster } else { try await PostgresCluster.shared() }
        self.cluster = cluster
        url = try await cluster.createDatabase()
        try await cluster.execute(Self.sample, at: url)
        guard let user else {
            store = try await PostgresStore.open(url: url, limits: Limits())
            return
        }
        let database = try await cluster.rows("SELECT current_database()", at: url)[0][0]
        try await cluster.execute(
            "CREATE ROLE \(user) LOGIN \(rights); GRANT ALL ON SCHEMA public TO \(user)", at: url)
        try await cluster.execute(
            "GRANT ALL ON ALL TABLES IN SCHEMA public TO \(user); CREATE SCHEMA breakbulk", at: url)
        try await cluster.execute("GRANT ALL ON SCHEMA breakbulk TO \(user)", at: url)
        for grant in grants {
            try await cluster.execute("GRANT \(grant) ON DATABASE \(database) TO \(user)", at: url)
        }
        store = try await PostgresStore.open(
            url: cluster.url(database: database, user: user), limits: Limits())
    }

    /// A request of the tenant `a'b` unless it says otherwise.
    func request(
        _ sql: String?, table: String = "orders", tenant: String = "a'b", tables: Set<String> = Self.tables,
        format: ContentFormat = .csv, rowsMax: Int = 1000, durationMax: Duration = .seconds(60)
    ) -> QueryRequest {
        QueryRequest(
            sql: sql, table: table, tenant: TenantID(tenant), tables: tables,
            tenantColumns: ["orders": "tenant_id", "hidden": "word"], format: format,
            durationMax: durationMax,
            rowsMax: rowsMax)
    }

    func run(_ request: QueryRequest) async throws -> String {
        let cursor = try await store.open(request)
        var bytes: [UInt8] = []
        while let page = try await cursor.next() { bytes += page.bytes }
        return String(decoding: bytes, as: UTF8.self)
    }

    func run(_ sql: String?) async throws -> String { try await run(request(sql)) }

    /// From now on the server takes users other than `postgres` by this method of `pg_hba.conf`.
    func letIn(_ method: String) async throws {
        let file = try await rows("SHOW hba_file")[0][0]
        let lines = "('host all postgres 127.0.0.1/32 trust'), ('host all all 127.0.0.1/32 \(method)')"
        try await execute("COPY (VALUES \(lines)) TO '\(file)'")
        try await cluster.restart()
    }

    func execute(_ sql: String) async throws { try await cluster.execute(sql, at: url) }

    func rows(_ sql: String) async throws -> [[String]] { try await cluster.rows(sql, at: url) }

    /// Roles and schemas of sandboxes of this database.
    func sandboxCount() async throws -> Int {
        let rows = try await rows(
            """
            SELECT (SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'breakbulk\\_q%')
                + (SELECT count(*) FROM pg_roles, pg_database AS d WHERE datname = current_database()
                    AND starts_with(rolname, 'breakbulk_q' || d.oid || '_'))
            """)
        return Int(rows[0][0]) ?? -1
    }

    private static let sample = """
        CREATE TABLE orders (id int PRIMARY KEY, tenant_id text, amount numeric, note text);
        INSERT INTO orders VALUES (1, 'a''b', 1.5, 'x,y'), (2, 'u', 2, 'secret'), (3, 'a''b', NULL, '');
        CREATE TABLE shared (id int PRIMARY KEY, data bytea);
        INSERT INTO shared VALUES (1, '\\x00ff'), (2, NULL);
        CREATE TABLE hidden (id int PRIMARY KEY, word text);
        INSERT INTO hidden VALUES (1, 'secret');
        CREATE VIEW peek AS SELECT * FROM orders;
        GRANT SELECT ON hidden TO PUBLIC;
        CREATE SEQUENCE counter;
        GRANT ALL ON counter TO PUBLIC;
        CREATE SCHEMA sales;
        CREATE TABLE sales.parts (id int PRIMARY KEY, word text);
        INSERT INTO sales.parts VALUES (7, 'seven');
        CREATE FUNCTION all_notes() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
            AS 'SELECT string_agg(note, '','') FROM orders';
        CREATE FUNCTION tell(value text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001
            AS 'BEGIN RAISE EXCEPTION ''told %'', value; END';
        """
}
