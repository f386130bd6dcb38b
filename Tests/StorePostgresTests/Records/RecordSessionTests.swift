import BulkModel
import Engine
import Formats
import Planning
import Testing

@testable import StoreConformance
@testable import StorePostgres

@Suite("Work on single records in PostgreSQL", .serialized)
struct RecordSessionTests {
    private static let orders = """
        CREATE TABLE orders (
            id int PRIMARY KEY, status text UNIQUE, weight int CHECK (weight > 0), deleted_at timestamptz,
            tenant_id text)
        """

    @Test("records are written as chunks are, each told by its key; a refused one leaves its neighbours")
    func written() async throws {
        let bench = try await RecordBench(Self.orders)
        let fault = Fault(.invalidValue, at: Position(record: 2, line: 0, byte: 0), message: "known")
        let created = try await bench.apply(
            .insert, ["id", "status", "weight"], [[1, "a", 1], [2, "b", 1], [3, "a", 1], [4, "d", -1]],
            faults: [1: fault])
        #expect(
            created.told == "created error error error | 1 2 3 4 | "
                + "1:INVALID_VALUE 2:DUPLICATE_KEY 3:CHECK_VIOLATION")
        let updated = try await bench.apply(.update, ["id", "weight"], [[1, 5], [9, 5], [1, 5]])
        #expect(updated.told == "updated error unchanged | 1 9 1 | 1:RECORD_NOT_FOUND")
        let both = try await bench.apply(.upsert, ["id", "weight"], [[1, 6], [7, 8]])
        #expect(both.told == "updated created | 1 7 | ")
        #expect(
            try await bench.apply(.delete, ["id"], [[1], [2]]).told
                == "deleted error | 1 2 | 1:RECORD_NOT_FOUND")
        #expect(try await bench.bench.rows("SELECT id, weight FROM orders") == ["7,8"])
    }

    @Test(
        "every created record is told by the key that it has, whoever makes it",
        arguments: [
            "id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text",
            "id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, name text",
            "number serial PRIMARY KEY, id uuid UNIQUE NOT NULL DEFAULT gen_random_uuid(), name text",
            "number int, part int, id bigserial UNIQUE, name text, PRIMARY KEY (id, name)",
        ])
    func madeKeys(_ columns: String) async throws {
        let bench = try await RecordBench("CREATE TABLE orders (\(columns), UNIQUE (name))")
        let written = try await bench.apply(.insert, ["name"], [["a"], ["b"], ["a"], ["c"]])
        #expect(written.actions == [.created, .created, .error, .created])
        let keys = try await bench.bench.rows("SELECT id FROM orders ORDER BY name")
        #expect(written.keys.map { $0?.text } == [keys[0], keys[1], nil, keys[2]])
    }

    @Test("a key that a trigger makes is told as it is, and one that it drops is a fault")
    func triggers() async throws {
        let bench = try await RecordBench(
            "CREATE TABLE orders (id text PRIMARY KEY, name text)",
            """
            CREATE FUNCTION make() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF NEW.name = 'none' THEN RETURN NULL; END IF;
                NEW.id = 'made-' || NEW.name; RETURN NEW; END $$;
            CREATE TRIGGER make BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION make()
            """)
        let written = try await bench.apply(
            .insert, ["id", "name"], [["1", "a"], ["2", "none"], ["3", "c"]])
        #expect(written.told == "created error created | made-a 2 made-c | 1:CHECK_VIOLATION")
    }

    @Test("what was done since a mark is undone, again and again; a transaction that is to be undone is")
    func marks() async throws {
        let bench = try await RecordBench(Self.orders)
        let first = try bench.write(.insert, ["id"], [[1]])
        let second = try bench.write(.insert, ["id"], [[2]])
        let third = try bench.write(.insert, ["id"], [[3]])
        try await bench.store.transact { session throws(StoreError) in
            _ = try session.write(first.batch, by: first.plan)
            let mark = try session.mark()
            _ = try session.write(second.batch, by: second.plan)
            _ = try session.mark()
            _ = try session.write(third.batch, by: third.plan)
            try session.undo(to: mark)
            _ = try session.write(third.batch, by: third.plan)
            try session.undo(to: mark)
            _ = try session.write(second.batch, by: second.plan)
            return .commit(())
        }
        let kept = try await bench.store.transact { session throws(StoreError) in
            .undo(try session.write(third.batch, by: third.plan))
        }
        #expect(kept.actions == [.created])
        #expect(try await bench.bench.rows("SELECT id FROM orders ORDER BY id") == ["1", "2"])
    }

    @Test("a body that throws leaves nothing")
    func thrown() async throws {
        let bench = try await RecordBench(Self.orders)
        let first = try bench.write(.insert, ["id"], [[1]])
        await #expect(throws: StoreError(.full, "enough")) {
            try await bench.store.transact { session throws(StoreError) -> RecordWork<Int> in
                _ = try session.write(first.batch, by: first.plan)
                throw StoreError(.full, "enough")
            }
        }
        #expect(try await bench.bench.rows("SELECT id FROM orders").isEmpty)
    }

    @Test("a look tells the caller's records, in the order of the keys, with what documents hold")
    func looks() async throws {
        let bench = try await RecordBench(
            Self.orders, "ALTER TABLE orders ADD facts jsonb",
            """
            INSERT INTO orders (id, tenant_id, deleted_at, facts)
            VALUES (1, 'a', NULL, '{"b": 1}'), (2, 'x', NULL, NULL), (3, 'a', now(), NULL), (4, 'a', NULL, NULL)
            """, tenant: "a", softDelete: "deleted_at", documents: ["facts"])
        let keys: [RecordKey] = [
            .integer(4), .text("no"), .integer(2), .integer(1), .integer(3), .text("1\0"), .integer(4),
            .text("01"),
        ]
        let looked = try await bench.look(keys)
        #expect(looked.map(\.exists) == [true, false, false, true, false, false, true, true])
        #expect(looked[3].documents == ["{\"b\": 1}"] && looked[0].documents == [nil])
        #expect(looked[7].key == .integer(1))
        let rows = try await bench.rows(keys)
        #expect(rows.indices == [0, 3, 6, 7])
        #expect(rows.told.map { $0[0] } == ["4", "1", "4", "1"])
        #expect(try await bench.rows([]).rowCount == 0)
    }

    @Test("rows have their values as their columns' types ask for")
    func rowValues() async throws {
        let bench = try await RecordBench(
            """
            CREATE TABLE orders (
                id text PRIMARY KEY, flag boolean, count bigint, ratio float4, price numeric(6,2), facts json,
                raw bytea, at timestamptz, tags text[], span interval, note text)
            """,
            """
            INSERT INTO orders VALUES ('a', true, -9223372036854775808, 0.1, 12.5, '{"a" : 1}', '\\x00ff',
                '2027-01-02T03:04:05.5+02:00', '{a,"b c"}', '1 day 2 hours', '');
            INSERT INTO orders (id, flag) VALUES ('b', false)
            """)
        let rows = try await bench.rows([.text("b"), .text("a")])
        #expect(rows.told[0] == ["'b'", "0"] + Array(repeating: "null", count: 9))
        #expect(
            rows.told[1] == [
                "'a'", "1", "-9223372036854775808", "real 0.1", "'12.50'", "'{\"a\" : 1}'", "[0, 255]",
                "'2027-01-02 01:04:05.5+00'", "'{a,\"b c\"}'", "'1 day 02:00:00'", "''",
            ])
    }

    @Test("a job that has ended is added with its receipt, its event and an answer, or nothing is")
    func jobs() async throws {
        let bench = try await RecordBench(Self.orders)
        let job = OutboxFixture.job("a", state: .jobComplete, source: .batch, parent: JobID("p"))
        let (row, key) = (job, ReplyKey(tenant: OutboxFixture.tenant, digest: "d"))
        let reply = StoredReply(
            key: key, fingerprint: "f", status: 200, headers: [], body: [1], createdAt: RecordBench.now)
        var runs = ActionRuns()
        runs.append(.created)
        let receipt = ChunkReceipt(firstRecord: 1, actions: runs, keys: .texts(["k"]), faults: [])
        for isKept in [false, true] {
            try await bench.store.transact { session throws(StoreError) in
                try session.insert(row, receipt: receipt)
                try session.save(reply)
                return isKept ? .commit(()) : .undo(())
            }
            try #expect(await bench.store.job(job.id) == (isKept ? job : nil))
            try #expect(await bench.store.reply(to: key) == (isKept ? reply : nil))
            try #expect(
                await bench.store.receipts(of: job.id, from: 1, limit: 9) == (isKept ? [receipt] : []))
        }
        try #expect(await bench.bench.rows("SELECT job FROM breakbulk.deliveries") == ["a"])
        var filter = JobFilter(limit: 9)
        filter.parent = JobID("p")
        try #expect(await bench.store.jobs(filter).map(\.id) == [job.id])
        filter.parent = JobID("q")
        try #expect(await bench.store.jobs(filter).isEmpty)
    }
}
