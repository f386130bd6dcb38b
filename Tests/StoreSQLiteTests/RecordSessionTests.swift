import BulkModel
import Engine
import Formats
import Planning
import Synchronization
import Testing

@testable import StoreSQLite

@Suite("Transactions over single records on SQLite", .serialized)
struct RecordSessionTests {
    private let fixture: SQLiteFixture
    private var store: SQLiteStore { fixture.sqlite }

    init() throws { fixture = try SQLiteFixture() }

    @Test("what is committed stays; what is undone or thrown out of leaves nothing")
    func endings() async throws {
        try await fixture.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE)")
        let plan = try await RecordsOnTable(store, "t").plan(.insert, ["a"])
        let written = try await store.transact { (session) throws(StoreError) in
            .commit(try session.write(plan.batch([["x"], ["x"], ["y"]]), by: plan))
        }
        #expect(written.actions == [.created, .error, .created])
        #expect(written.keys == [.integer(1), nil, .integer(2)])
        #expect(written.faults.map(\.index) == [1])
        #expect(written.faults.map(\.fault.code) == [.duplicateKey])
        let undone = try await store.transact { (session) throws(StoreError) in
            .undo(try session.write(plan.batch([["z"]]), by: plan))
        }
        #expect(undone.actions == [.created])
        let failed = StoreError(.failed, "on purpose")
        await #expect(throws: failed) {
            try await store.transact { (session) throws(StoreError) -> RecordWork<Int> in
                _ = try session.write(plan.batch([["z"]]), by: plan)
                throw failed
            }
        }
        try #expect(await fixture.rows("SELECT a FROM t ORDER BY a") == [["x"], ["y"]])
    }

    @Test("a transaction that was busy is run again from its start")
    func busy() async throws {
        try await fixture.execute("CREATE TABLE t (id INTEGER PRIMARY KEY)")
        let plan = try await RecordsOnTable(store, "t").plan(.insert, ["id"])
        let runs = Mutex(0)
        let written = try await store.transact { (session) throws(StoreError) in
            let written = try session.write(plan.batch([[1]]), by: plan)
            let isFirst = runs.withLock { runs in
                runs += 1
                return runs == 1
            }
            if isFirst { throw StoreError(.busy, "for once") }
            return .commit(written)
        }
        #expect(written.actions == [.created])
        #expect(runs.withLock(\.self) == 2)
        try #expect(await fixture.rows("SELECT id FROM t") == [["1"]])
    }

    @Test("keys that a default makes are told", arguments: ["", " WITHOUT ROWID"])
    func madeKeys(kind: String) async throws {
        try await fixture.execute(
            "CREATE TABLE t (id TEXT NOT NULL PRIMARY KEY DEFAULT 'made', a TEXT)\(kind)")
        let plan = try await RecordsOnTable(store, "t").plan(.insert, ["a"])
        let written = try await store.transact { (session) throws(StoreError) in
            .commit(try session.write(plan.batch([["x"]]), by: plan))
        }
        #expect(written.keys == [kind.isEmpty ? .text("made") : nil])
    }

    @Test("a mark is gone back to, as often as wanted, and what was written before it stays")
    func marks() async throws {
        try await fixture.execute("CREATE TABLE t (id INTEGER PRIMARY KEY)")
        let plan = try await RecordsOnTable(store, "t").plan(.insert, ["id"])
        try await store.transact { (session) throws(StoreError) in
            _ = try session.write(plan.batch([[1]]), by: plan)
            let outer = try session.mark()
            _ = try session.write(plan.batch([[2]]), by: plan)
            let inner = try session.mark()
            _ = try session.write(plan.batch([[3]]), by: plan)
            try session.undo(to: inner)
            _ = try session.write(plan.batch([[4]]), by: plan)
            try session.undo(to: outer)
            _ = try session.write(plan.batch([[5]]), by: plan)
            try session.undo(to: outer)
            _ = try session.write(plan.batch([[6]]), by: plan)
            return .commit(())
        }
        try #expect(await fixture.rows("SELECT id FROM t ORDER BY id") == [["1"], ["6"]])
    }

    @Test("a trigger that rolls back costs its own record only, whatever was written before it")
    func raiseRollback() async throws {
        try await fixture.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)")
        try await fixture.execute(
            """
            CREATE TRIGGER r BEFORE INSERT ON t WHEN NEW.a = 'bad'
            BEGIN SELECT RAISE(ROLLBACK, 'no bad ones'); END
            """)
        let plan = try await RecordsOnTable(store, "t").plan(.insert, ["a"])
        let actions = try await store.transact { (session) throws(StoreError) in
            let first = try session.write(plan.batch([["x"], ["bad"], ["y"]]), by: plan)
            let second = try session.write(plan.batch([["bad"], ["z"]]), by: plan)
            return .commit(first.actions + second.actions)
        }
        #expect(actions == [.created, .error, .created, .error, .created])
        try #expect(await fixture.rows("SELECT a FROM t ORDER BY a") == [["x"], ["y"], ["z"]])
    }

    @Test("triggers that roll back for every record end the transaction, and nothing stays")
    func endlessRollback() async throws {
        try await fixture.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)")
        try await fixture.execute(
            "CREATE TRIGGER r BEFORE INSERT ON t BEGIN SELECT RAISE(ROLLBACK, 'none'); END")
        let plan = try await RecordsOnTable(store, "t").plan(.insert, ["id"])
        await #expect {
            try await store.transact { (session) throws(StoreError) in
                .commit(try session.write(plan.batch((1...100).map { [$0] }), by: plan).actions)
            }
        } throws: { ($0 as? StoreError)?.code == .failed }
        try #expect(await fixture.rows("SELECT count(*) FROM t") == [["0"]])
    }

    @Test("deferred references may be met by a later write; one that is left open costs its own record")
    func deferred() async throws {
        try await fixture.execute("CREATE TABLE p (id INTEGER PRIMARY KEY)")
        try await fixture.execute(
            "CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p DEFERRABLE INITIALLY DEFERRED)")
        let parents = try await RecordsOnTable(store, "p").plan(.insert, ["id"])
        let children = try await RecordsOnTable(store, "c").plan(.insert, ["id", "p"])
        let met = try await store.transact { (session) throws(StoreError) in
            let child = try session.write(children.batch([[1, 7]]), by: children)
            return .commit(child.actions + (try session.write(parents.batch([[7]]), by: parents)).actions)
        }
        #expect(met == [.created, .created])
        let open = try await store.transact { (session) throws(StoreError) in
            .commit(try session.write(children.batch([[2, 7], [3, 8], [4, 7]]), by: children))
        }
        #expect(open.actions == [.created, .error, .created])
        #expect(open.faults.map(\.fault.code) == [.foreignKeyViolation])
        try #expect(await fixture.rows("SELECT id FROM c ORDER BY id") == [["1"], ["2"], ["4"]])
    }

    @Test("a batch that became a job is there with its records and its event, or not at all")
    func jobs() async throws {
        try await fixture.execute("CREATE TABLE t (id INTEGER PRIMARY KEY)")
        var job = Job.example("batch", options: .told(noun: .batch), state: .jobComplete, source: .batch)
        job.counts.read = 2
        let ended = job
        var actions = ActionRuns()
        actions.append(.created, count: 2)
        let receipt = ChunkReceipt(
            firstRecord: 1, actions: actions, keys: .integers([1, 2]), faults: [],
            appliedAt: Timestamp(unixSeconds: 9))
        try await store.transact { (session) throws(StoreError) in
            try session.insert(ended, receipt: receipt)
            return .undo(())
        }
        try #expect(await store.job(job.id) == nil)
        try #expect(await store.events(of: TenantID("t"), after: 0, limit: 9).isEmpty)
        try await store.transact { (session) throws(StoreError) in
            try session.insert(ended, receipt: receipt)
            try session.save(.example("k"))
            return .commit(())
        }
        try #expect(await store.job(job.id) == job)
        try #expect(await store.receipts(of: job.id, from: 1, limit: 9) == [receipt])
        try #expect(await store.reply(to: StoredReply.example("k").key) == .example("k"))
        let events = try await store.events(of: TenantID("t"), after: 0, limit: 9).map(\.event)
        #expect(events == JobEvents.due(from: nil, to: job))
        try #expect(
            await store.takeDeliveries(dueAt: job.createdAt, hiddenUntil: job.createdAt, limit: 9).map(
                \.event)
                == events)
    }
}
