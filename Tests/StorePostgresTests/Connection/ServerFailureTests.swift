import Engine
import PostgresHarness
import Testing

@testable import StorePostgres

@Suite("What the server refuses", .serialized)
struct ServerFailureTests {
    static let tables = """
        CREATE SCHEMA other;
        CREATE TABLE other.parent (a int PRIMARY KEY);
        CREATE TABLE t (
            a int PRIMARY KEY, "the b" text NOT NULL, c int CONSTRAINT small CHECK (c < 10),
            d int CONSTRAINT to_parent REFERENCES other.parent, e varchar(3));
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN
                IF NEW.c = 7 THEN RAISE EXCEPTION 'no % please', NEW.e USING ERRCODE = '28000'; END IF;
                IF NEW.c = 8 THEN PERFORM * FROM nothing; END IF;
                RETURN NEW;
            END $$;
        CREATE TRIGGER refuse BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION refuse();
        """

    struct Refusal: Sendable {
        var sql: String
        var state: String
        var constraint: String?
        var column: String?
        var isRecordFault = true
    }

    static let refusals: [Refusal] = [
        Refusal(sql: "INSERT INTO t VALUES (1, 'x')", state: "23505", constraint: "t_pkey"),
        Refusal(sql: "INSERT INTO t VALUES (2, NULL)", state: "23502", column: "the b"),
        Refusal(sql: "INSERT INTO t VALUES (2, 'x', 10)", state: "23514", constraint: "small"),
        Refusal(sql: "INSERT INTO t VALUES (2, 'x', 1, 5)", state: "23503", constraint: "to_parent"),
        Refusal(sql: "INSERT INTO t VALUES (2, 'x', 1, NULL, 'long')", state: "22001"),
        Refusal(sql: "SELECT 'x'::int", state: "22P02"),
        Refusal(sql: "INSERT INTO t VALUES (2, 'x', 7)", state: "28000"),
        Refusal(sql: "INSERT INTO t VALUES (2, 'x', 8)", state: "42P01"),
        Refusal(sql: "SELECT * FROM nothing", state: "42P01", isRecordFault: false),
        Refusal(sql: "SELEC 1", state: "42601", isRecordFault: false),
    ]

    @Test("says its state, constraint and column, and whose fault it is")
    func fields() async throws {
        let database = try await TestDatabase()
        try await database.cluster.execute(Self.tables + "INSERT INTO t VALUES (1, 'x');", at: database.url)
        try await database.pool.with { session in
            for refusal in Self.refusals {
                let failure = #expect(throws: ServerFailure.self) { try session.execute(refusal.sql) }
                #expect(failure?.state == refusal.state, "\(refusal.sql)")
                #expect(failure?.constraint == refusal.constraint, "\(refusal.sql)")
                #expect(failure?.column == refusal.column, "\(refusal.sql)")
                #expect(failure?.isRecordFault == refusal.isRecordFault, "\(refusal.sql)")
            }
            let failure = #expect(throws: ServerFailure.self) {
                try session.execute("INSERT INTO t VALUES ($1, $2)", [.integer(1), .text("x")])
            }
            #expect(failure?.detail == "Key (a)=(1) already exists.")
            #expect(failure?.table == "t")
            #expect(failure?.schema == "public")
        }
    }

    @Test("in a COPY names the line and the column")
    func copyLine() async throws {
        let database = try await TestDatabase()
        try await database.cluster.execute(Self.tables, at: database.url)
        let table: [(rows: String, line: Int?, column: String?, state: String)] = [
            ("1,x\n2,x\nthree,x\n", 3, "a", "22P02"),
            ("1,x\n2,\n", 2, "the b", "23502"),
            ("1,x\n2,x\n1,x\n", 3, nil, "23505"),
            ("1,x\n2,x,9,9\n", 2, nil, "22P04"),
        ]
        try await database.pool.with { session in
            for line in table {
                let failure = #expect(throws: ServerFailure.self) {
                    try session.copyIn("COPY t (a, \"the b\") FROM STDIN (FORMAT csv)") { writer in
                        for byte in line.rows.utf8 { writer.append(byte) }
                    }
                }
                #expect(failure?.copyLine == line.line)
                #expect(failure?.column == line.column)
                #expect(failure?.state == line.state)
            }
            let count = try session.execute("SELECT count(*) FROM t").integer(0, 0)
            #expect(count == 0)
        }
    }

    @Test("a COPY that its own writer gives up leaves nothing, and the session works on")
    func copyGivenUp() async throws {
        struct GivenUp: Error {}
        let database = try await TestDatabase()
        try await database.pool.with { session in
            try session.run("CREATE TABLE t (a int)")
            #expect(throws: GivenUp.self) {
                try session.copyIn("COPY t FROM STDIN") { writer in
                    writer.append(UInt8(ascii: "1"))
                    throw GivenUp()
                }
            }
            let count = try session.execute("SELECT count(*) FROM t").integer(0, 0)
            #expect(count == 0)
        }
    }

    static let contexts: [(text: String, line: Int?, column: String?)] = [
        ("COPY t, line 5, column x: \"a, line 9\"", 5, "x"),
        ("COPY a table, line 12: \"COPY t, line 3\"", 12, nil),
        ("COPY t, line 2, column a b: null input", 2, "a b"),
        ("PL/pgSQL function f() line 3 at RAISE\nCOPY t, line 7", 7, nil),
        ("PL/pgSQL function f() line 3 at RAISE", nil, nil), ("", nil, nil), ("COPY t, line x", nil, nil),
    ]

    @Test("the place in a COPY is read from the server's own words", arguments: contexts)
    func context(text: String, line: Int?, column: String?) {
        #expect(CopyContext(text)?.line == line)
        #expect(CopyContext(text)?.column == column)
    }

    static let meanings: [(state: String, code: StoreError.Code)] = [
        ("08006", .busy), ("08001", .busy), ("57P01", .busy), ("57P03", .busy), ("25P03", .busy),
        ("40001", .busy), ("40P01", .busy), ("53300", .busy), ("55P03", .busy), ("57014", .busy),
        ("53100", .full), ("28P01", .busy), ("3D000", .busy), ("25006", .busy), ("F0000", .unusable),
        ("XX001", .unusable), ("42501", .denied),
        ("XX000", .failed), ("42P01", .failed), ("22P02", .failed),
    ]

    @Test("becomes the store error that says what to do", arguments: meanings)
    func storeErrors(state: String, code: StoreError.Code) {
        #expect(ServerFailure(state: state, message: "").storeError.code == code)
    }

    @Test(
        "a missing right is told with what mends it",
        arguments: [
            (
                "permission denied for sequence t_id_seq",
                "; its owner can mend that, for the role that this server connects as: GRANT USAGE ON SEQUENCE t_id_seq TO …"
            ), ("must be owner of table t", "; the role that this server connects as needs that right"),
        ])
    func missingRights(message: String, remedy: String) {
        #expect(
            ServerFailure(state: "42501", message: message).storeError
                == StoreError(.denied, "PostgreSQL error 42501: \(message)\(remedy)"))
    }

    @Test("never shows a record's data to a log")
    func messages() async throws {
        let database = try await TestDatabase()
        try await database.cluster.execute(Self.tables + "INSERT INTO t VALUES (1, 'x');", at: database.url)
        for sql in ["SELECT 'secret'::int", "INSERT INTO t VALUES (4, 'x', 7, NULL, 'secret')"] {
            let error = await #expect(throws: StoreError.self) {
                try await database.pool.with { _ = try $0.execute(sql) }
            }
            #expect(error?.message.contains("secret") == false)
        }
        let error = await #expect(throws: StoreError.self) {
            try await database.pool.with { _ = try $0.execute("SELECT * FROM nothing") }
        }
        #expect(error?.message == "PostgreSQL error 42P01: relation \"nothing\" does not exist")
    }

    @Test("a refused connection says why")
    func refusedConnections() async throws {
        let cluster = try await PostgresCluster.shared()
        let table: [(url: String, code: StoreError.Code, part: String)] = [
            (cluster.url(database: "nowhere"), .busy, "3D000"),
            (cluster.url(database: "postgres", user: "nobody"), .busy, "28000"),
            ("postgres://127.0.0.1:1/postgres", .busy, "08001"),
            ("postgres://postgres:secret@[::1/postgres", .unusable, "F0000"),
        ]
        for line in table {
            let pool = ConnectionPool(settings: ConnectionSettings(url: line.url), connectionsMax: 1)
            let error = await #expect(throws: StoreError.self) {
                try await pool.with { try $0.run("SELECT 1") }
            }
            #expect(error?.code == line.code, "\(line.url)")
            #expect(error?.message.contains(line.part) == true, "\(error?.message ?? "")")
            #expect(error?.message.contains("secret") == false)
        }
    }
}
