import BulkModel
import Engine
import GRDB
import Planning
import Testing

@testable import StoreSQLite

@Suite("Transactions over single records, beside others", .serialized)
struct RecordDurabilityTests {
    @Test("what was written is synced before it is told, unlike a chunk in the middle of an upload")
    func synced() async throws {
        let fixture = try SQLiteFixture()
        try await fixture.execute("CREATE TABLE t (id INTEGER PRIMARY KEY)")
        try await fixture.execute("CREATE TABLE log (synchronous INTEGER)")
        try await fixture.execute(
            """
            CREATE TRIGGER w AFTER INSERT ON t
            BEGIN INSERT INTO log SELECT synchronous FROM pragma_synchronous; END
            """)
        let plan = try await RecordsOnTable(fixture.sqlite, "t").plan(.insert, ["id"])
        _ = try await fixture.sqlite.transact { (session) throws(StoreError) in
            .commit(try session.write(plan.batch([[1]]), by: plan))
        }
        try await JobOnTable(fixture.sqlite, .insert, "t", ["id"], read: 2).apply([[2]])
        try #expect(await fixture.rows("SELECT synchronous FROM log") == [["2"], ["1"]])
    }

    @Test("while another process keeps the file locked the store is busy, and afterwards it is not")
    func locked() async throws {
        var tuning = StoreTuning()
        tuning.busyTimeout = .milliseconds(1)
        let fixture = try SQLiteFixture(tuning: tuning)
        try await fixture.execute("CREATE TABLE t (id INTEGER PRIMARY KEY)")
        let plan = try await RecordsOnTable(fixture.sqlite, "t").plan(.insert, ["id"])
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: fixture.path, configuration: configuration)
        try await other.writeWithoutTransaction { db in try db.beginTransaction(.immediate) }
        await #expect {
            try await fixture.sqlite.transact { (session) throws(StoreError) in
                .commit(try session.write(plan.batch([[1]]), by: plan))
            }
        } throws: { ($0 as? StoreError)?.code == .busy }
        try await other.writeWithoutTransaction { db in try db.rollback() }
        let written = try await fixture.sqlite.transact { (session) throws(StoreError) in
            .commit(try session.write(plan.batch([[1]]), by: plan))
        }
        #expect(written.actions == [.created])
    }

    @Test("a page in key order is found by the key's index, from its place on")
    func index() async throws {
        let fixture = try SQLiteFixture()
        try await fixture.execute("CREATE TABLE t (id TEXT NOT NULL PRIMARY KEY, a TEXT)")
        let table = try await RecordsOnTable(fixture.sqlite, "t")
        var query = try table.query([("id", true)], limit: 9)
        query.after = [.text("k")]
        let page = RowSQL(OwnRows(table.target)).page(query)
        let steps = try await fixture.sqlite.read { db in
            try Row.fetchAll(
                db, sql: "EXPLAIN QUERY PLAN " + page.sql, arguments: ["k", "k", 9]
            ).map { $0["detail"] as String }
        }
        #expect(steps.count == 1)
        #expect(steps.first?.hasPrefix("SEARCH main.t USING INDEX") == true, "\(steps)")
    }
}
