import BulkModel
import Engine
import Testing

@testable import StoreConformance

@Suite("Updates, upserts and deletes find their rows by key, in file order")
struct KeyedWriteTests {
    @Test("one key many times in a chunk takes effect in file order")
    func repeated() async throws {
        let bench = try await ApplyBench(
            "CREATE TABLE t (id int PRIMARY KEY, v text CHECK (v <> 'no'))")
        #expect(
            try await bench.told(
                .upsert, "t", ["id", "v"],
                [[1, "a"], [2, "x"], [1, "a"], [1, "b"], [1, "no"], [1, .absent], [1, "c"]])
                == "created*2 unchanged updated error unchanged updated | 4:CHECK_VIOLATION")
        #expect(
            try await bench.told(.update, "t", ["id", "v"], [[1, "d"], [3, "x"], [1, "d"], [3, "x"]])
                == "updated error unchanged error | 1:RECORD_NOT_FOUND(id) 3:RECORD_NOT_FOUND(id)")
        #expect(try await bench.rows("SELECT id, v FROM t ORDER BY id") == ["1,d", "2,x"])
    }

    @Test("one key in each of two thousand records")
    func oneKey() async throws {
        let bench = try await ApplyBench("CREATE TABLE t (id int PRIMARY KEY, v int)")
        let applied = try await bench.write(
            .upsert, "t", ["id", "v"], (0..<2_000).map { [1, .integer($0 / 2)] })
        #expect(applied.receipt.actions.runs.first?.action == .created)
        #expect(applied.receipt.actions.runs.count == 2_000)
        #expect(try await bench.rows("SELECT * FROM t") == ["1,999"])
    }

    @Test("columns that a record lacks are left alone, and what differs only in spelling is unchanged")
    func unchanged() async throws {
        let bench = try await ApplyBench(
            "CREATE DOMAIN word AS text NOT NULL",
            """
            CREATE TABLE t (id int PRIMARY KEY, n numeric(10,2), f float8, j json, b jsonb, d date, w word DEFAULT 'w', a int[])
            """,
            #"INSERT INTO t VALUES (1, 1.5, 0.1, '{"a":1}', '{"a":1,"b":2}', '2026-01-01', 'x', '{1,2}')"#,
            "INSERT INTO t (id) VALUES (2), (3)")
        let columns = ["id", "n", "f", "j", "b", "d", "w", "a"]
        #expect(
            try await bench.told(
                .update, "t", columns,
                [
                    [1, "1.50", 0.1, #"{"a":1}"#, #"{"b": 2, "a": 1}"#, "2026-01-01", "x", "[1,2]"],
                    [2, nil, nil, nil, nil, nil, .absent, nil],
                    [3, .absent, .absent, .absent, .absent, .absent, "y", .absent],
                ]) == "unchanged*2 updated")
        #expect(
            try await bench.told(
                .upsert, "t", columns,
                [
                    [1, .absent, nil, #"{"a": 1}"#, .absent, .absent, .absent, .absent],
                    [2, "0.005", .absent, nil, nil, nil, .absent, nil],
                    [4, .absent, .absent, .absent, .absent, .absent, .absent, .absent],
                    [1, .absent, .absent, .absent, .absent, .absent, nil, .absent],
                ]) == "updated*2 created error | 3:MISSING_VALUE")
        #expect(
            try await bench.rows("SELECT id, n, f, j, b IS NULL, d, w, a::text FROM t ORDER BY id")
                == [
                    #"1,1.50,NULL,{"a": 1},f,2026-01-01,x,{1,2}"#, "2,0.01,NULL,NULL,t,NULL,w,NULL",
                    "3,NULL,NULL,NULL,t,NULL,y,NULL", "4,NULL,NULL,NULL,t,NULL,w,NULL",
                ])
    }

    @Test("keys of several columns, and a unique column other than the primary key")
    func otherKeys() async throws {
        let bench = try await ApplyBench(
            "CREATE TABLE t (a int, b text, v int, code text UNIQUE, PRIMARY KEY (a, b))",
            "INSERT INTO t VALUES (1, 'x', 1, 'c1'), (1, 'y', 2, 'c2')")
        #expect(
            try await bench.told(
                .upsert, "t", ["a", "b", "v"], [[1, "x", 9], [1, "y", 2], [2, "x", 3], [2, "x", 4]])
                == "updated unchanged created updated")
        #expect(
            try await bench.told(
                .update, "t", ["code", "b", "v"], key: ["code"],
                [["c1", "y", 0], ["c2", "z", 0], ["c3", "q", 0]])
                == "error updated error | 0:DUPLICATE_KEY 2:RECORD_NOT_FOUND(code)")
        #expect(
            try await bench.told(.delete, "t", ["b", "a"], [["z", 1], ["x", 7]])
                == "deleted error | 1:RECORD_NOT_FOUND")
        #expect(try await bench.rows("SELECT a, b, v FROM t ORDER BY a, b") == ["1,x,9", "2,x,4"])
    }

    @Test("an identity that is the database's own is found by, and never set")
    func identity() async throws {
        let bench = try await ApplyBench(
            "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code text UNIQUE, v int)",
            "INSERT INTO t (code, v) VALUES ('a', 1), ('b', 2)")
        #expect(try await bench.told(.update, "t", ["id", "v"], [[1, 10], [2, 2]]) == "updated unchanged")
        #expect(
            try await bench.told(
                .upsert, "t", ["id", "code", "v"], key: ["code"], [[1, "a", 5], [9, "b", 6], [7, "c", 7]])
                == "updated error created | 1:INVALID_VALUE(id)")
        let made = try await bench.write(
            .upsert, "t", ["code", "v"], key: ["code"], [["a", 6], ["d", 8], ["e", 9]])
        #expect(made.receipt.keys == .integers([3, 4]))
        #expect(
            try await bench.rows("SELECT id, code, v FROM t ORDER BY id") == [
                "1,a,6", "2,b,2", "3,d,8", "4,e,9", "7,c,7",
            ])
    }

    @Test("a tenant column of whole numbers confines all operations")
    func tenants() async throws {
        let bench = try await ApplyBench(
            "CREATE TABLE t (id int PRIMARY KEY, tenant_id int NOT NULL, sku text, UNIQUE (tenant_id, sku))",
            "INSERT INTO t VALUES (1, 7, 'a'), (2, 8, 'a')")
        #expect(
            try await bench.told(
                .insert, "t", ["id", "sku"], tenant: "7", [[2, "b"], [3, "a"], [4, "c"], [5, "c"]])
                == "error*2 created error | 0:DUPLICATE_KEY(id) 1:DUPLICATE_KEY(sku) 3:DUPLICATE_KEY(sku)")
        #expect(
            try await bench.told(
                .upsert, "t", ["id", "sku"], tenant: "7", [[2, "z"], [1, "z"], [6, "q"]])
                == "error updated created | 0:DUPLICATE_KEY(id)")
        #expect(
            try await bench.told(.update, "t", ["id", "sku"], tenant: "7", [[2, "z"]])
                == "error | 0:RECORD_NOT_FOUND(id)")
        #expect(
            try await bench.told(.delete, "t", ["id"], tenant: "7", [[2], [6]])
                == "error deleted | 0:RECORD_NOT_FOUND(id)")
        #expect(
            try await bench.rows("SELECT id, tenant_id, sku FROM t ORDER BY id") == [
                "1,7,z", "2,8,a", "4,7,c",
            ])
    }
}
