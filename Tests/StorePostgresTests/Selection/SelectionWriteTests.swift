import BulkModel
import Engine
import Formats
import Planning
import Testing

@testable import StoreConformance
@testable import StorePostgres

@Suite("What a selection writes")
struct SelectionWriteTests {
    private static let table = """
        CREATE TABLE parcels (
            id int PRIMARY KEY, status varchar(4), tags text[], facts json, price numeric(6,2), raw bytea,
            held boolean, sent_at timestamp);
        INSERT INTO parcels (id, status) VALUES (1, 'NEW'), (2, 'SENT'), (3, NULL), (4, 'NEW')
        """

    @Test(
        "a value goes in as any other writer's would, and a record that has it already is unchanged",
        arguments: [
            ("status", "SENT", "updated unchanged updated*2", "SENT"),
            ("status", .null, "updated*2 unchanged updated", "NULL"),
            ("tags", ["a", "b\""], "updated*4", "{a,\"b\\\"\"}"),
            ("facts", ["a": 1], "updated*4", "{\"a\":1}"),
            ("price", "12.50", "updated*4", "12.50"), ("held", true, "updated*4", "t"),
            ("raw", "\\x00ff", "updated*4", "\\x00ff"),
            ("sent_at", "2027-01-02T03:04:05Z", "updated*4", "2027-01-02 03:04:05"),
        ] as [(String, JSONValue, String, String)])
    func values(_ column: String, _ value: JSONValue, _ outcomes: String, _ stored: String) async throws {
        let bench = try await ApplyBench(Self.table)
        let selection = try await SelectionBench(
            bench.fixture, .update, .everything, set: [column: value])
        #expect(try await selection.apply().outcomes == outcomes)
        #expect(
            try await selection.values(column) == [stored, stored, stored, stored].joined(separator: " "))
        let again = try await SelectionBench(
            bench.fixture, .update, .listed([4, 1]), set: [column: value], job: "bulk-op-2")
        #expect(try await again.apply().outcomes == "unchanged*2")
    }

    @Test("a trigger that keeps a row as it is makes its record fail, and no other")
    func droppingTrigger() async throws {
        let bench = try await ApplyBench(
            Self.table,
            """
            CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN IF OLD.id = 2 THEN RETURN NULL; END IF; RETURN coalesce(NEW, OLD); END $$;
            CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON parcels FOR EACH ROW EXECUTE FUNCTION keep()
            """)
        let update = try await SelectionBench(
            bench.fixture, .update, .everything, set: ["status": "LOST"])
        let updated = try await update.apply()
        #expect(updated.outcomes == "updated error updated*2")
        #expect(updated.codes == "1:CHECK_VIOLATION")
        let delete = try await SelectionBench(bench.fixture, .delete, .everything, job: "bulk-op-2")
        #expect(try await delete.apply().outcomes == "deleted error deleted*2")
        #expect(try await delete.values("id") == "2")
    }

    @Test("a deferred constraint is checked with its chunk, and names its record")
    func deferred() async throws {
        let bench = try await ApplyBench(
            Self.table,
            """
            CREATE TABLE scans (parcel int REFERENCES parcels (id) DEFERRABLE INITIALLY DEFERRED);
            INSERT INTO scans VALUES (3)
            """)
        let selection = try await SelectionBench(bench.fixture, .delete, .everything)
        let applied = try await selection.apply()
        #expect(applied.outcomes == "deleted*2 error deleted")
        #expect(applied.receipt.faults.map(\.fault.message) == ["Parcel has related scans"])
    }

    @Test("rows that a policy shows and does not let change fail by themselves")
    func policies() async throws {
        let fixture = try await RoleFixture(
            Self.table,
            """
            ALTER TABLE parcels ENABLE ROW LEVEL SECURITY; GRANT ALL ON parcels TO ROLE;
            CREATE POLICY look ON parcels FOR SELECT USING (id < 4);
            CREATE POLICY change ON parcels FOR UPDATE USING (id <> 2) WITH CHECK (id <> 1)
            """)
        let selection = try await SelectionBench(fixture, .update, .everything, set: ["status": "LOST"])
        let applied = try await selection.apply()
        #expect(applied.outcomes == "error*2 updated")
        #expect(applied.keys == "1 2 3")
        #expect(applied.codes.hasPrefix("0:FORBIDDEN"))
        #expect(try await selection.values("coalesce(status, '-')") == "NEW SENT LOST NEW")
    }

    @Test("a partitioned table is walked as one")
    func partitions() async throws {
        let bench = try await ApplyBench(
            """
            CREATE TABLE parcels (id int PRIMARY KEY, status text) PARTITION BY HASH (id);
            CREATE TABLE parcels_0 PARTITION OF parcels FOR VALUES WITH (MODULUS 2, REMAINDER 0);
            CREATE TABLE parcels_1 PARTITION OF parcels FOR VALUES WITH (MODULUS 2, REMAINDER 1);
            INSERT INTO parcels SELECT generate_series(1, 9), 'NEW'
            """)
        let selection = try await SelectionBench(
            bench.fixture, .update, .everything, set: ["status": "SENT"])
        #expect(try await selection.walk(max: 4).map(\.keys) == ["1 2 3 4", "5 6 7 8", "9"])
        #expect(try await bench.rows("SELECT DISTINCT status FROM parcels") == ["SENT"])
    }

    @Test("a stream's job has no turn, and does not count among jobs with uploads")
    func turns() async throws {
        let bench = try await ApplyBench(Self.table)
        let selection = try await SelectionBench(bench.fixture, .delete, .everything)
        let fixture = try #require(bench.fixture as? PostgresFixture)
        #expect(try await fixture.postgres.turns(limit: 9) == [])
        let upload = Bench.job("bulk-job-2", tenant: "a", table: "parcels", read: 1)
        try await fixture.postgres.insert(upload, activeMax: 1)
        #expect(try await fixture.postgres.turns(limit: 9).map(\.id) == [upload.id])
        try await selection.apply(max: 3)
        #expect(try await fixture.postgres.cutPlace(of: selection.job).record == 4)
    }
}
