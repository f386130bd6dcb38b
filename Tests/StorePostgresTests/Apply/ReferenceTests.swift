import BulkModel
import Engine
import Testing

@testable import StoreConformance

@Suite("References hold, and the records that break them are named")
struct ReferenceTests {
    @Test(
        "a table that refers to itself takes parents and children of one chunk, whichever comes first",
        arguments: ["", "DEFERRABLE INITIALLY DEFERRED"])
    func itself(_ timing: String) async throws {
        let bench = try await ApplyBench(
            "CREATE TABLE t (id int PRIMARY KEY, email text UNIQUE, boss int REFERENCES t (id) \(timing))")
        #expect(
            try await bench.told(
                .insert, "t", ["id", "boss"], [[1, nil], [2, 1], [3, 4], [4, 1], [5, 5]]) == "created*5")
        let rows: [[Cell]] = [
            [10, "a", 1], [11, "b", 12], [12, "c", 10], [13, "d", 99], [14, "e", 13], [15, "f", 14],
            [10, "g", 1],
            [16, "a", nil], [17, "h", 16], [18, "i", 18],
        ]
        #expect(
            try await bench.told(.insert, "t", ["id", "email", "boss"], rows)
                == "created*3 error*6 created | 3:FOREIGN_KEY_VIOLATION(boss) 4:FOREIGN_KEY_VIOLATION(boss) "
                + "5:FOREIGN_KEY_VIOLATION(boss) 6:DUPLICATE_KEY(id) 7:DUPLICATE_KEY(email) "
                + "8:FOREIGN_KEY_VIOLATION(boss)")
        #expect(
            try await bench.rows("SELECT id FROM t WHERE id > 9 ORDER BY id") == ["10", "11", "12", "18"])
    }

    @Test("deferred unique and foreign keys are judged within the chunk")
    func deferred() async throws {
        let bench = try await ApplyBench(
            "CREATE TABLE p (id int PRIMARY KEY)", "INSERT INTO p VALUES (1)",
            """
            CREATE TABLE t (id int PRIMARY KEY, place int UNIQUE DEFERRABLE INITIALLY DEFERRED,
                p int REFERENCES p DEFERRABLE INITIALLY DEFERRED)
            """)
        #expect(
            try await bench.told(
                .insert, "t", ["id", "place", "p"], [[1, 1, 1], [2, 1, 1], [3, 3, 9], [4, 4, 1]])
                == "created error*2 created | 1:DUPLICATE_KEY(place) 2:FOREIGN_KEY_VIOLATION(p)")
        #expect(
            try await bench.told(.update, "t", ["id", "place", "p"], [[1, 4, 1], [4, 1, 1]]) == "updated*2")
        #expect(
            try await bench.told(.update, "t", ["id", "p"], [[1, 8], [4, nil]])
                == "error updated | 0:FOREIGN_KEY_VIOLATION(p)")
        #expect(try await bench.rows("SELECT id, place, p FROM t ORDER BY id") == ["1,4,1", "4,1,NULL"])
    }

    @Test("a delete follows cascades and nulls, and is refused where others refer")
    func deletes() async throws {
        let bench = try await ApplyBench(
            "CREATE SCHEMA other", "CREATE TABLE t (id int PRIMARY KEY)",
            "CREATE TABLE c (id int REFERENCES t ON DELETE CASCADE)",
            "CREATE TABLE n (id int REFERENCES t ON DELETE SET NULL)",
            "CREATE TABLE other.r (id int REFERENCES t ON DELETE RESTRICT)",
            "CREATE TABLE other.a (id int REFERENCES t)",
            "INSERT INTO t SELECT generate_series(1, 6)", "INSERT INTO c VALUES (1), (3)",
            "INSERT INTO n VALUES (2)",
            "INSERT INTO other.r VALUES (3)", "INSERT INTO other.a VALUES (4)")
        #expect(
            try await bench.told(.delete, "t", ["id"], [[1], [2], [3], [4], [5], [9], [5]])
                == "deleted*2 error*2 deleted error*2 | 2:FOREIGN_KEY_VIOLATION 3:FOREIGN_KEY_VIOLATION "
                + "5:RECORD_NOT_FOUND(id) 6:RECORD_NOT_FOUND(id)")
        #expect(try await bench.rows("SELECT id FROM t ORDER BY id") == ["3", "4", "6"])
        #expect(try await bench.rows("SELECT id FROM c UNION ALL SELECT id FROM n") == ["3", "NULL"])
    }

    @Test("rows that refer to each other go together, others beside them refused or not")
    func deleteTree() async throws {
        let bench = try await ApplyBench(
            "CREATE TABLE t (id int PRIMARY KEY, boss int REFERENCES t)",
            "CREATE TABLE c (id int REFERENCES t)",
            "INSERT INTO t VALUES (1, NULL), (2, 1), (3, 2), (4, NULL)",
            "INSERT INTO c VALUES (4)")
        #expect(
            try await bench.told(.delete, "t", ["id"], [[1], [2], [3], [4]])
                == "deleted*3 error | 3:FOREIGN_KEY_VIOLATION")
        #expect(try await bench.rows("SELECT id FROM t") == ["4"])
    }

    @Test("a role that may not read parents and children writes all the same")
    func unreadable() async throws {
        let fixture = try await RoleFixture(
            "CREATE TABLE p (id int PRIMARY KEY, hidden bool)", "INSERT INTO p VALUES (1, false), (2, true)",
            "CREATE TABLE q (id int PRIMARY KEY, hidden bool)", "INSERT INTO q VALUES (1, false), (2, true)",
            "ALTER TABLE q ENABLE ROW LEVEL SECURITY", "CREATE POLICY seen ON q USING (NOT hidden)",
            "CREATE TABLE t (id int PRIMARY KEY, p int REFERENCES p, q int REFERENCES q)",
            "CREATE TABLE c (id int REFERENCES t)", "GRANT ALL ON t TO ROLE", "GRANT SELECT ON q TO ROLE")
        let bench = ApplyBench(over: fixture)
        #expect(
            try await bench.told(
                .insert, "t", ["id", "p", "q"], [[1, 1, 1], [2, 2, 2], [3, 9, 1], [4, 1, 9], [5, 1, 2]])
                == "created*2 error*2 created | 2:FOREIGN_KEY_VIOLATION(p) 3:FOREIGN_KEY_VIOLATION(q)")
        try await bench.execute("INSERT INTO c VALUES (1)")
        #expect(
            try await bench.told(.delete, "t", ["id"], [[1], [2], [7]])
                == "error deleted error | 0:FOREIGN_KEY_VIOLATION 2:RECORD_NOT_FOUND(id)")
        #expect(try await bench.rows("SELECT id FROM t ORDER BY id") == ["1", "5"])
    }
}
