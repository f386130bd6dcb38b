import BulkModel
import Engine
import Formats
import Testing

@testable import StoreConformance

@Suite("Triggers and policies of the user's tables keep working")
struct TriggerTests {
    private static let judge = """
        CREATE FUNCTION judge() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF NEW.v = 'drop' THEN RETURN NULL; END IF;
            IF NEW.v = 'raise' THEN RAISE 'no % here', NEW.id; END IF;
            IF NEW.v = 'divide' THEN NEW.n := 1 / 0; END IF;
            IF NEW.v = 'move' THEN NEW.id := NEW.id + 1000; END IF;
            NEW.n := coalesce(NEW.n, 0) + 1; RETURN NEW; END $$
        """

    private static func bench() async throws -> ApplyBench {
        try await ApplyBench(
            "CREATE TABLE t (id int PRIMARY KEY, v text, n int)", judge,
            "CREATE TRIGGER judge BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION judge()")
    }

    private static let rows: [[Cell]] = [
        [1, "ok"], [2, "drop"], [3, "raise"], [4, "ok"], [1, "ok"], [5, "divide"], [6, "move"], [7, "ok"],
    ]

    @Test("a trigger before an insert changes, drops or refuses records")
    func beforeInsert() async throws {
        let bench = try await Self.bench()
        let applied = try await bench.write(.insert, "t", ["id", "v"], Self.rows)
        #expect(applied.outcomes == "created error*2 created error*2 created*2")
        #expect(
            applied.faults
                == "1:CHECK_VIOLATION 2:CHECK_VIOLATION 4:DUPLICATE_KEY(id) 5:INVALID_VALUE")
        #expect(applied.receipt.faults[1].fault.message.contains("no 3 here"))
        #expect(try await bench.rows("SELECT id, n FROM t ORDER BY id") == ["1,1", "4,1", "7,1", "1006,1"])
    }

    @Test("a trigger before an upsert, which changes a key for one, does so once")
    func beforeUpsert() async throws {
        let bench = try await Self.bench()
        try await bench.execute("INSERT INTO t VALUES (4, 'old'), (8, 'old')")
        let applied = try await bench.write(
            .upsert, "t", ["id", "v"], Self.rows + [[8, "drop"], [4, "raise"]])
        #expect(applied.outcomes == "created error*2 updated unchanged error created*2 error*2")
        #expect(
            try await bench.rows("SELECT id, v, n FROM t ORDER BY id")
                == ["1,ok,1", "4,ok,2", "7,ok,1", "8,old,1", "1006,move,1"])
    }

    @Test("a trigger after an insert refuses a record")
    func afterInsert() async throws {
        let bench = try await ApplyBench(
            "CREATE TABLE t (id int PRIMARY KEY, v text)",
            """
            CREATE FUNCTION judge() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF NEW.v = 'raise' THEN RAISE unique_violation USING MESSAGE = 'never'; END IF; RETURN NULL; END $$
            """,
            """
            CREATE CONSTRAINT TRIGGER judge AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION judge()
            """)
        #expect(
            try await bench.told(.insert, "t", ["id", "v"], [[1, "a"], [2, "raise"], [3, "b"]])
                == "created error created | 1:CHECK_VIOLATION")
        #expect(try await bench.rows("SELECT id FROM t ORDER BY id") == ["1", "3"])
    }

    @Test("a statement trigger sees the rows that went in, all of them and once")
    func transitionTables() async throws {
        let bench = try await ApplyBench(
            "CREATE TABLE t (id int PRIMARY KEY)", "CREATE TABLE seen (id int)",
            """
            CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                INSERT INTO seen SELECT id FROM fresh; RETURN NULL; END $$
            """,
            """
            CREATE TRIGGER note AFTER INSERT ON t REFERENCING NEW TABLE AS fresh
                FOR EACH STATEMENT EXECUTE FUNCTION note()
            """)
        #expect(try await bench.told(.insert, "t", ["id"], [[1], [2]]) == "created*2")
        #expect(
            try await bench.told(.insert, "t", ["id"], [[3], [2], [4], [3]])
                == "created error created error | 1:DUPLICATE_KEY(id) 3:DUPLICATE_KEY(id)")
        #expect(try await bench.rows("SELECT id FROM seen ORDER BY id") == ["1", "2", "3", "4"])
    }

    @Test("row-level security refuses records by its policies")
    func policies() async throws {
        let fixture = try await RoleFixture(
            "CREATE TABLE t (id int PRIMARY KEY, owner text DEFAULT current_user, v text)",
            "INSERT INTO t VALUES (50, 'another', 'x')",
            "ALTER TABLE t ENABLE ROW LEVEL SECURITY", "ALTER TABLE t FORCE ROW LEVEL SECURITY",
            "CREATE POLICY own ON t USING (owner = current_user) WITH CHECK (owner = current_user AND v <> 'no')",
            "GRANT ALL ON t TO ROLE")
        let bench = ApplyBench(over: fixture)
        #expect(try await bench.told(.insert, "t", ["id", "v"], [[1, "a"], [2, "b"]]) == "created*2")
        #expect(
            try await bench.told(
                .insert, "t", ["id", "owner", "v"],
                [
                    [3, .absent, "c"], [4, "another", "d"], [5, .absent, "no"], [50, .absent, "e"],
                    [6, .absent, "f"],
                ])
                == "created error*3 created | 1:FORBIDDEN 2:FORBIDDEN 3:DUPLICATE_KEY(id)")
        #expect(
            try await bench.told(
                .upsert, "t", ["id", "v"], [[1, "z"], [2, "no"], [50, "mine"], [7, "g"]])
                == "updated error*2 created | 1:FORBIDDEN 2:DUPLICATE_KEY(id)")
        #expect(
            try await bench.told(.delete, "t", ["id"], [[50], [3]])
                == "error deleted | 0:RECORD_NOT_FOUND(id)")
        #expect(
            try await bench.rows("SELECT id, v FROM t ORDER BY id") == ["1,z", "2,b", "6,f", "7,g", "50,x"])
    }
}
