import BulkModel
import Engine
import Testing

@testable import StoreConformance

@Suite("An insert takes tables of every make")
struct InsertTableTests {
    static let ways = [false, true]

    @Test("a thousand columns, of which some records bring some", arguments: ways)
    func wide(_ isStaged: Bool) async throws {
        let names = (0..<1000).map { "c\($0)" }
        let bench = try await ApplyBench(
            "CREATE TABLE t (id int PRIMARY KEY, \(names.map { "\($0) int DEFAULT -1" }.joined(separator: ", ")))"
        )
        var rows = (0..<3).map { record -> [Cell] in
            [.integer(Int64(record))] + (0..<1000).map { $0 % 3 == record ? .absent : .integer(Int64($0)) }
        }
        if isStaged { rows.append(rows[0]) }
        let told = try await bench.told(.insert, "t", ["id"] + names, rows)
        #expect(told == (isStaged ? "created*3 error | 3:DUPLICATE_KEY(id)" : "created*3"))
        #expect(
            try await bench.rows("SELECT c0, c1, c2, c999, c998 FROM t ORDER BY id")
                == ["-1,1,2,-1,998", "0,-1,2,999,998", "0,1,-1,999,-1"])
    }

    @Test("no primary key")
    func keyless() async throws {
        let bench = try await ApplyBench("CREATE TABLE t (a int, b text CHECK (b <> 'no'))")
        #expect(
            try await bench.told(.insert, "t", ["a", "b"], [[1, "x"], [1, "x"], [2, "no"], [3, nil]])
                == "created*2 error created | 2:CHECK_VIOLATION")
        #expect(try await bench.rows("SELECT a FROM t ORDER BY a") == ["1", "1", "3"])
    }

    @Test("nothing but defaults")
    func defaults() async throws {
        let bench = try await ApplyBench(
            "CREATE TABLE t (id serial, a text DEFAULT 'x', b text)",
            "CREATE TABLE u (a int DEFAULT 7, b text)")
        #expect(try await bench.told(.insert, "t", ["b"], [[.absent], [.absent], [.absent]]) == "created*3")
        #expect(try await bench.rows("SELECT count(*), count(DISTINCT id) FROM t WHERE a = 'x'") == ["3,3"])
        #expect(try await bench.told(.insert, "u", ["a"], [[.absent], [.absent]]) == "created*2")
        #expect(try await bench.rows("SELECT sum(a) FROM u") == ["14"])
    }

    @Test("generated columns, and a unique index over one")
    func generated() async throws {
        let bench = try await ApplyBench(
            "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a / 10) STORED UNIQUE)")
        #expect(
            try await bench.told(.insert, "t", ["a"], [[10], [11], [20], [35], [39]])
                == "created error created*2 error | 1:DUPLICATE_KEY(b) 4:DUPLICATE_KEY(b)")
        #expect(try await bench.rows("SELECT a, b FROM t ORDER BY a") == ["10,1", "20,2", "35,3"])
    }

    @Test("partitions: a key that is taken, and a record that none of them takes")
    func partitions() async throws {
        let bench = try await ApplyBench(
            "CREATE TABLE t (id int, region text, v text, PRIMARY KEY (region, id)) PARTITION BY LIST (region)",
            "CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a')",
            "CREATE TABLE t_b PARTITION OF t FOR VALUES IN ('b')",
            "INSERT INTO t VALUES (1, 'a', 'old')")
        let rows: [[Cell]] = [[1, "a", "x"], [1, "b", "x"], [2, "c", "x"], [2, "a", "x"], [2, "a", "y"]]
        #expect(
            try await bench.told(.insert, "t", ["id", "region", "v"], rows)
                == "error created error created error | 0:DUPLICATE_KEY 2:CHECK_VIOLATION 4:DUPLICATE_KEY")
        #expect(
            try await bench.told(
                .upsert, "t", ["id", "region", "v"],
                [[1, "a", "new"], [9, "b", "z"], [9, "b", "z"], [1, "c", "x"]])
                == "updated created unchanged error | 3:CHECK_VIOLATION")
        #expect(
            try await bench.rows("SELECT region, id, v FROM t ORDER BY 1, 2")
                == ["a,1,new", "a,2,x", "b,1,x", "b,9,z"])
    }

    @Test("other schemas, mixed case, and columns named like keywords and like the aliases of the statements")
    func names() async throws {
        let columns = [
            "key", "s", "t", "k", "i", "p", "record", "made", "chosen", "place", "image", "found", "select",
            "Mixed Case", "quo\"te", "inserted", "gone", "twins",
        ]
        let definitions = columns.map { "\"\($0.replacing("\"", with: "\"\""))\" text" }.joined(
            separator: ", ")
        let bench = try await ApplyBench(
            "CREATE SCHEMA \"My Schema\"",
            "CREATE TABLE \"My Schema\".\"Or\"\"ders\" (\(definitions), UNIQUE (record), CHECK (made <> image), CHECK (\"select\" <> s))",
            "ALTER TABLE \"My Schema\".\"Or\"\"ders\" ADD PRIMARY KEY (key)")
        let table = "My Schema.Or\"ders"
        func row(_ key: String, _ record: String, made: String = "m", v: String = "v") -> [Cell] {
            columns.map { name in
                switch name {
                case "key": .text(key)
                case "record": .text(record)
                case "made": .text(made)
                case "image": "i"
                case "select": "q"
                default: .text(v)
                }
            }
        }
        #expect(
            try await bench.told(
                .insert, table, columns,
                [row("1", "1"), row("2", "1"), row("1", "3"), row("4", "4", made: "i"), row("5", "5")])
                == "created error*3 created | 1:DUPLICATE_KEY(record) 2:DUPLICATE_KEY(key) 3:CHECK_VIOLATION")
        #expect(
            try await bench.told(
                .upsert, table, columns, [row("1", "1"), row("1", "1", v: "w"), row("6", "6"), row("6", "5")])
                == "unchanged updated created error | 3:DUPLICATE_KEY(record)")
        #expect(
            try await bench.told(.update, table, columns, [row("5", "5", v: "u"), row("8", "8")])
                == "updated error | 1:RECORD_NOT_FOUND(key)")
        #expect(
            try await bench.told(.delete, table, ["key"], [["5"], ["5"]])
                == "deleted error | 1:RECORD_NOT_FOUND(key)")
        #expect(
            try await bench.rows("SELECT key, record, s FROM \"My Schema\".\"Or\"\"ders\" ORDER BY 1") == [
                "1,1,w", "6,6,v",
            ])
    }

    @Test("expression and partial unique indexes, and NULLs that are alike")
    func indexes() async throws {
        let bench = try await ApplyBench(
            """
            CREATE TABLE t (id int PRIMARY KEY, email text, state text, code int, UNIQUE NULLS NOT DISTINCT (code))
            """,
            "CREATE UNIQUE INDEX by_email ON t (lower(email))",
            "CREATE UNIQUE INDEX one_open ON t (state) WHERE state = 'open'",
            "INSERT INTO t VALUES (0, 'A@x', 'open', NULL)")
        let rows: [[Cell]] = [
            [1, "a@X", "shut", 1], [2, "b@x", "shut", 2], [3, "B@x", "shut", 3], [4, "c", "open", 4],
            [5, "d", "shut", nil],
            [6, nil, "shut", 6], [7, nil, "shut", 7], [8, "e", "shut", 6], [9, "f", "shut", nil],
        ]
        #expect(
            try await bench.told(.insert, "t", ["id", "email", "state", "code"], rows)
                == "error created error*3 created*2 error*2 | 0:DUPLICATE_KEY 2:DUPLICATE_KEY 3:DUPLICATE_KEY(state) "
                + "4:DUPLICATE_KEY(code) 7:DUPLICATE_KEY(code) 8:DUPLICATE_KEY(code)")
        #expect(try await bench.rows("SELECT id FROM t ORDER BY id") == ["0", "2", "6", "7"])
    }

    @Test("checks and indexes over whole rows, which no look can judge")
    func wholeRows() async throws {
        let bench = try await ApplyBench(
            "CREATE TABLE t (id int PRIMARY KEY, a int)",
            "CREATE FUNCTION fits(t) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a < 10'",
            "ALTER TABLE t ADD CONSTRAINT whole CHECK (fits(t.*))")
        #expect(
            try await bench.told(.insert, "t", ["id", "a"], [[1, 1], [2, 20], [1, 2], [3, 3]])
                == "created error*2 created | 1:CHECK_VIOLATION 2:DUPLICATE_KEY(id)")
    }

    @Test("jobs on tables with the same column names and other types take turns on one connection")
    func alternation() async throws {
        let bench = try await ApplyBench(
            "CREATE TABLE a (id int PRIMARY KEY, v text, w int)",
            "CREATE TABLE b (id text PRIMARY KEY, v int, w text DEFAULT 'w')",
            limits: {
                var limits = PostgresFixture.limits; limits.chunksAtOnceMax = 1; return limits
            }())
        for turn in 0..<6 {
            let n = Int64(turn)
            #expect(
                try await bench.told(
                    .insert, "a", ["id", "v", "w"], [[.integer(n), "x", 1], [.integer(n), "y", .absent]])
                    == "created error | 1:DUPLICATE_KEY(id)")
            #expect(
                try await bench.told(
                    .insert, "b", ["id", "v", "w"],
                    [[.text("k\(n)"), 1, "q"], [.text("k\(n)"), 2, .absent]])
                    == "created error | 1:DUPLICATE_KEY(id)")
            #expect(
                try await bench.told(
                    .upsert, "a", ["id", "v"],
                    [[.integer(n), "z"], [.integer(n), "z"], [.integer(n + 100), "n"]])
                    == "updated unchanged created")
            #expect(
                try await bench.told(
                    .upsert, "b", ["id", "v"],
                    [[.text("k\(n)"), 9], [.text("k\(n)"), 9], [.text("n\(n)"), 9]])
                    == "updated unchanged created")
            #expect(try await bench.told(.delete, "a", ["id"], [[.integer(n + 100)]]) == "deleted")
            #expect(try await bench.told(.delete, "b", ["id"], [[.text("n\(n)")]]) == "deleted")
            if turn == 3 {
                try await bench.execute(
                    "ALTER TABLE a ALTER v TYPE varchar(9), ADD x int; ALTER TABLE b ALTER v TYPE bigint")
            }
        }
        #expect(try await bench.rows("SELECT count(*), min(v) FROM a") == ["6,z"])
        #expect(try await bench.rows("SELECT count(*), min(v) FROM b") == ["6,9"])
    }
}
