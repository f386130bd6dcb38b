import BulkModel
import Engine
import Formats
import Testing

@testable import StoreConformance

@Suite("An insert names each record that the database refuses, and writes the others once")
struct InsertFaultTests {
    private static let table = """
        CREATE TABLE t (id int PRIMARY KEY, email text UNIQUE, age int CHECK (age >= 0), name text NOT NULL)
        """

    @Test(
        "guilty neighbours, the first, the last, and all",
        arguments: [
            ([1, -1, -1, 4], "created error*2 created | 1:CHECK_VIOLATION 2:CHECK_VIOLATION"),
            ([-1, 2, 3, 4], "error created*3 | 0:CHECK_VIOLATION"),
            ([1, 2, 3, -1], "created*3 error | 3:CHECK_VIOLATION"),
            ([-1, -1], "error*2 | 0:CHECK_VIOLATION 1:CHECK_VIOLATION"),
            ([-1], "error | 0:CHECK_VIOLATION"),
        ] as [([Int64], String)])
    func places(_ ages: [Int64], _ expected: String) async throws {
        let bench = try await ApplyBench(Self.table)
        let rows = ages.enumerated().map { [.integer(Int64($0)), .integer($1), "n"] as [Cell] }
        #expect(try await bench.told(.insert, "t", ["id", "age", "name"], rows) == expected)
        let good = ages.indices.filter { ages[$0] >= 0 }.map { "\($0)" }
        #expect(try await bench.rows("SELECT id FROM t ORDER BY id") == good)
    }

    @Test("neighbours that break different constraints")
    func kinds() async throws {
        let bench = try await ApplyBench(Self.table, "INSERT INTO t VALUES (1, 'a', 1, 'A')")
        let rows: [[Cell]] = [
            [2, "a", 1, "x"], [1, "b", 1, "x"], [3, "c", -1, "x"], [4, "d", 1, nil], [5, "e", 1, "x"],
        ]
        #expect(
            try await bench.told(.insert, "t", ["id", "email", "age", "name"], rows)
                == "error*4 created | 0:DUPLICATE_KEY(email) 1:DUPLICATE_KEY(id) 2:CHECK_VIOLATION "
                + "3:MISSING_VALUE(name)")
        #expect(try await bench.rows("SELECT id FROM t ORDER BY id") == ["1", "5"])
    }

    @Test("the second of two twins goes in when the first is refused for something else")
    func twins() async throws {
        let bench = try await ApplyBench(Self.table)
        let rows: [[Cell]] = [
            [1, "a", -1, "x"], [1, "b", 1, "x"], [1, "c", 1, "x"], [2, "b", 1, "x"], [3, "b", 1, "x"],
            [4, "a", 1, "x"],
        ]
        #expect(
            try await bench.told(.insert, "t", ["id", "email", "age", "name"], rows)
                == "error created error*3 created | 0:CHECK_VIOLATION 2:DUPLICATE_KEY(id) "
                + "3:DUPLICATE_KEY(email) 4:DUPLICATE_KEY(email)")
        #expect(try await bench.rows("SELECT id, email FROM t ORDER BY id") == ["1,b", "4,a"])
    }

    @Test("the second twin goes in, too, when only the insert itself can refuse the first")
    func hiddenTwins() async throws {
        let bench = try await ApplyBench(
            """
            CREATE TABLE t (id int PRIMARY KEY, span int4range, EXCLUDE USING gist (span WITH &&))
            """, "INSERT INTO t VALUES (0, '[1,5)')")
        let rows: [[Cell]] = [
            [1, "[2,3)"], [1, "[6,7)"], [1, "[8,9)"], [2, "[6,8)"], [2, "[4,5)"], [2, "[10,11)"],
        ]
        #expect(
            try await bench.told(.insert, "t", ["id", "span"], rows)
                == "error created error*3 created | 0:CHECK_VIOLATION 2:DUPLICATE_KEY(id) "
                + "3:CHECK_VIOLATION 4:CHECK_VIOLATION")
        #expect(
            try await bench.rows("SELECT id, span FROM t ORDER BY id")
                == ["0,[1,5)", "1,[6,7)", "2,[10,11)"])
    }

    @Test(
        "a value that only the server judges, in the first, middle and last record",
        arguments: [
            ("mood", "ok", "INVALID_VALUE(v)"), ("inet", "10.0.0.1", "INVALID_VALUE(v)"),
            ("int[]", "[1]", "INVALID_VALUE(v)"), ("even", "2", "CHECK_VIOLATION"),
            ("smallint", "7", "INVALID_VALUE(v)"), ("numeric(3,1)", "9.5", "INVALID_VALUE(v)"),
            ("varchar(2)", "ab", "INVALID_VALUE(v)"),
            ("uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "INVALID_VALUE(v)"),
        ])
    func wrongTypes(_ type: String, _ good: String, _ fault: String) async throws {
        let bench = try await ApplyBench(
            "CREATE TYPE mood AS ENUM ('ok')", "CREATE DOMAIN even AS int CHECK (VALUE % 2 = 0)",
            "CREATE TABLE t (id int PRIMARY KEY, v \(type))")
        let bad: Cell = type == "even" ? "3" : "12345x"
        let rows: [[Cell]] = [
            [0, bad], [1, .text(good)], [2, bad], [3, bad], [4, .text(good)], [5, bad],
        ]
        #expect(
            try await bench.told(.insert, "t", ["id", "v"], rows)
                == "error created error*2 created error | 0:\(fault) 2:\(fault) 3:\(fault) 5:\(fault)")
        #expect(try await bench.rows("SELECT id FROM t ORDER BY id") == ["1", "4"])
    }

    @Test("ten thousand refused records in one chunk have ten thousand faults")
    func many() async throws {
        let bench = try await ApplyBench(Self.table)
        let rows = (0..<20_000).map { [.integer(Int64($0 / 2)), "n"] as [Cell] }
        let applied = try await bench.write(.insert, "t", ["id", "name"], rows)
        #expect(applied.receipt.faults.map(\.index) == (0..<10_000).map { 2 * $0 + 1 })
        #expect(try await bench.rows("SELECT count(*) FROM t") == ["10000"])
        #expect(
            try await bench.rows("SELECT count(*), min(record), max(record) FROM breakbulk.errors") == [
                "10000,2,20000"
            ])
    }

    @Test("thousands of values that only the server refuses, among good ones")
    func manyWrongTypes() async throws {
        let bench = try await ApplyBench("CREATE TABLE t (id int PRIMARY KEY, v inet)")
        let rows = (0..<20_000).map { record in
            [.integer(Int64(record)), record % 20 == 7 ? "nonsense" : "10.0.0.1"] as [Cell]
        }
        let applied = try await bench.write(.insert, "t", ["id", "v"], rows)
        #expect(applied.receipt.faults.map(\.index) == (0..<1000).map { 20 * $0 + 7 })
        #expect(
            try await bench.rows("SELECT count(*), count(*) FILTER (WHERE id % 20 = 7) FROM t") == ["19000,0"]
        )
    }

    @Test("NUL, which no text of PostgreSQL holds, in the first, middle and last record")
    func nul() async throws {
        let bench = try await ApplyBench("CREATE TABLE t (id int PRIMARY KEY, v text)")
        let rows: [[Cell]] = [[0, "a\0b"], [1, "x"], [2, "\0"], [3, "y"], [4, "z\0"]]
        let applied = try await bench.write(.insert, "t", ["id", "v"], rows)
        #expect(applied.outcomes == "error created error created error")
        #expect(applied.receipt.faults.allSatisfy { $0.fault.code == .invalidValue })
        #expect(try await bench.rows("SELECT id, v FROM t ORDER BY id") == ["1,x", "3,y"])
    }

    @Test("faults that were known before stay, and a chunk may begin within its batch")
    func knownFaults() async throws {
        let bench = try await ApplyBench(Self.table, "INSERT INTO t VALUES (3, 'c', 1, 'C')")
        let job = try await bench.job(.insert, "t", ["id", "name"], read: 5)
        let rows: [[Cell]] = [[1, "a"], [2, "b"], [3, "c"], [4, "d"], [5, nil]]
        let known = try #require(
            try await job.apply([[1, nil]]).receipt.faults.first?.fault)
        let rest = try await job.apply(rows, first: 1, start: 1, faults: [3: known])
        #expect(rest.outcomes == "created error*3")
        #expect(rest.faults == "1:DUPLICATE_KEY(id) 2:MISSING_VALUE(name) 3:MISSING_VALUE(name)")
        #expect(rest.receipt.faults[0].fault.position.record == 3)
        #expect(
            try await bench.rows("SELECT record, code FROM breakbulk.errors ORDER BY record")
                == ["1,MISSING_VALUE", "3,DUPLICATE_KEY", "4,MISSING_VALUE", "5,MISSING_VALUE"])
    }
}
