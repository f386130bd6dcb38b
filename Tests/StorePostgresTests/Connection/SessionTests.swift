import Engine
import PostgresHarness
import Testing

@testable import StorePostgres

@Suite("A session", .serialized)
struct SessionTests {
    @Test("every kind of parameter comes back as it went")
    func roundTrips() async throws {
        let database = try await TestDatabase()
        let text = "it's \"quoted\" \\ {a,b} \u{1F600} żółć\n\t"
        let bytes = (0...255).map { UInt8($0) }
        try await database.pool.with { session in
            // More than once: unprepared, then prepared.
            for _ in 0..<3 {
                let rows = try session.execute(
                    "SELECT $1||'', $2::int8, $3::bool, $4::bytea, $5::int8[], $6::text[], $7::int, $8::text",
                    [
                        .text(text), .integer(.min), .flag(true), .bytes(bytes), .integers([1, -2, .max]),
                        .texts([text, "", "NULL"]), .null, .text(""),
                    ])
                #expect(rows.count == 1)
                #expect(rows.text(0, 0) == text)
                #expect(rows.integer(0, 1) == .min)
                #expect(rows.flag(0, 2))
                #expect(rows.bytes(0, 3) == bytes)
                #expect(rows.text(0, 4) == "{1,-2,\(Int.max)}")
                #expect(rows.text(0, 6) == nil)
                #expect(rows.text(0, 7) == "")
                let elements = try session.execute(
                    "SELECT t FROM unnest($1::text[]) WITH ORDINALITY u(t, n) ORDER BY n",
                    [.texts([text, "", "NULL"])])
                #expect((0..<elements.count).map { elements.text($0, 0) } == [text, "", "NULL"])
            }
            let empty = try session.execute(
                "SELECT $1::int8[], $2::bytea AS b, $3::int8, NULL::bool", [.integers([]), .bytes([]), .null])
            #expect(empty.text(0, 0) == "{}")
            #expect(empty.bytes(0, 1) == [])
            #expect(empty.columnNames == ["int8", "b", "int8", "bool"])
            #expect(empty.integer(0, 2) == nil)
            #expect(!empty.flag(0, 3))
        }
    }

    @Test("whole numbers are read exactly, and nothing else is taken for one")
    func integers() async throws {
        let database = try await TestDatabase()
        let table: [(String, Int?)] = [
            ("0", 0), ("-1", -1), ("9223372036854775807", .max), ("-9223372036854775808", .min),
            ("9223372036854775808", nil), ("-9223372036854775809", nil), ("1.5", nil), ("", nil), ("-", nil),
            ("a", nil), (" 1", nil), ("92233720368547758070", nil),
        ]
        try await database.pool.with { session in
            for (text, number) in table {
                let rows = try session.execute("SELECT $1::text", [.text(text)])
                #expect(rows.integer(0, 0) == number, "\(text)")
            }
        }
    }

    @Test("a text with NUL in it is the record's fault, and is never cut")
    func holdsNUL() async throws {
        let database = try await TestDatabase()
        try await database.pool.with { session in
            for parameter in [Parameter.text("a\0b"), .texts(["a\0b"])] {
                let failure = #expect(throws: ServerFailure.self) {
                    try session.execute("SELECT $1", [parameter])
                }
                #expect(failure?.state == "22021")
                #expect(failure?.isRecordFault == true)
            }
        }
    }

    @Test("several statements in one are refused")
    func severalStatements() async throws {
        let database = try await TestDatabase()
        try await database.pool.with { session in
            #expect(throws: ServerFailure.self) { try session.execute("SELECT 1; SELECT 2") }
            try session.run("SELECT 1; SELECT 2")
        }
    }

    @Test("a COPY of many rows is counted, and constant in memory")
    func copy() async throws {
        let database = try await TestDatabase()
        let sum = try await database.pool.with { session in
            try session.run("CREATE TABLE t (a int8, b text)")
            let count = try session.copyIn("COPY t FROM STDIN") { writer in
                for number in 1...100_000 {
                    "\(number)\trow \(number)\n".utf8.withContiguousStorageIfAvailable {
                        writer.append(UnsafeRawBufferPointer($0))
                    }
                    try writer.endRow()
                }
            }
            #expect(count == 100_000)
            return try session.execute("SELECT sum(a) FROM t").integer(0, 0)
        }
        #expect(sum == 5_000_050_000)
    }

    @Test("a COPY that is refused early is read to its end, and the session works on")
    func refusedCopy() async throws {
        let database = try await TestDatabase()
        try await database.pool.with { session in
            try session.run("CREATE TABLE t (a int8)")
            let failure = #expect(throws: ServerFailure.self) {
                try session.copyIn("COPY t FROM STDIN") { writer in
                    for number in 0..<500_000 {
                        for byte in number == 1 ? "wrong\n".utf8 : "1234567890\n".utf8 { writer.append(byte) }
                        try writer.endRow()
                    }
                }
            }
            #expect(failure?.copyLine == 2)
            try session.run("SELECT 1")
        }
    }

    @Test("a COPY whose backend ends in the middle is to be tried again")
    func lostCopy() async throws {
        let database = try await TestDatabase()
        let tables = """
            CREATE TABLE t (a int8);
            CREATE FUNCTION leave() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$;
            CREATE TRIGGER leave BEFORE INSERT ON t FOR EACH ROW WHEN (NEW.a = 5) EXECUTE FUNCTION leave();
            """
        try await database.cluster.execute(tables, at: database.url)
        let code = await ConnectionPoolTests.code { () throws(StoreError) in
            try await database.pool.with { session in
                let count = try session.copyIn("COPY t FROM STDIN") { writer in
                    for number in 0..<500_000 {
                        for byte in "\(number)\n".utf8 { writer.append(byte) }
                        try writer.endRow()
                    }
                }
                Issue.record("the COPY ended well, with \(count) rows")
            }
        }
        #expect(code == .busy)
        let count = try await database.pool.with { try $0.execute("SELECT count(*) FROM t").integer(0, 0) }
        #expect(count == 0)
    }

    @Test("a COPY out gives each row, and may be given up in the middle")
    func copyOut() async throws {
        struct Enough: Error {}
        let database = try await TestDatabase()
        try await database.pool.with { session in
            var rows: [String] = []
            let sql = "COPY (SELECT n, 'a' || n FROM generate_series(1, 100000) n) TO STDOUT"
            let count = try session.copyOut(sql) { bytes in
                if rows.count < 2 { rows.append(String(decoding: bytes, as: UTF8.self)) }
            }
            #expect(count == 100_000)
            #expect(rows == ["1\ta1\n", "2\ta2\n"])
            #expect(throws: Enough.self) { try session.copyOut(sql) { _ in throw Enough() } }
            let failure = #expect(throws: ServerFailure.self) {
                try session.copyOut("COPY (SELECT 1/(3-n) FROM generate_series(1, 5) n) TO STDOUT") { _ in }
            }
            #expect(failure?.state == "22012")
            try session.run("SELECT 1")
        }
    }

    @Test("attempts undo what they did, in each other too")
    func attempts() async throws {
        let database = try await TestDatabase()
        try await database.pool.with { session in
            try session.run("CREATE TABLE t (a int PRIMARY KEY)")
            try session.transaction {
                try session.execute("INSERT INTO t VALUES (1)")
                let outer = try session.attempt {
                    try session.execute("INSERT INTO t VALUES (2)")
                    let inner = try session.attempt {
                        try session.execute("INSERT INTO t VALUES (3)")
                        try session.execute("INSERT INTO t VALUES (1)")
                    }
                    guard case .failure(let failure) = inner else {
                        Issue.record("the duplicate was taken")
                        return
                    }
                    #expect(failure.state == "23505")
                    #expect(failure.constraint == "t_pkey")
                    try session.execute("INSERT INTO t VALUES (4)")
                }
                try outer.get()
            }
            let rows = try session.execute("SELECT a FROM t ORDER BY a")
            #expect((0..<rows.count).map { rows.integer($0, 0) } == [1, 2, 4])
        }
    }
}
