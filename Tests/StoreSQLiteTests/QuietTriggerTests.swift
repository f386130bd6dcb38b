import BulkModel
import Engine
import Formats
import Testing

@testable import StoreSQLite

@Suite("Triggers that hold changes back", .serialized)
struct QuietTriggerTests {
    @Test(
        "an update that a trigger drops is the record's fault, one that changes nothing is none",
        arguments: [BulkModel.Operation.update, .upsert])
    func ignoredUpdate(operation: BulkModel.Operation) async throws {
        let fixture = try SQLiteFixture()
        try await fixture.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT)")
        try await fixture.execute("INSERT INTO t VALUES (1, 'x', 'y'), (2, 'x', 'y'), (3, 'x', 'y')")
        try await fixture.execute(
            "CREATE TRIGGER g BEFORE UPDATE ON t WHEN NEW.a = 'no' BEGIN SELECT RAISE(IGNORE); END")
        let job = try await JobOnTable(fixture.sqlite, operation, "t", ["id", "a", "b"], read: 3)
        let applied = try await job.apply([[1, "no", "y"], [2, "x", "y"], [3, "yes", nil]], isLast: true)
        #expect(applied.actionList == [.error, .unchanged, .updated])
        #expect(applied.faultList == ["0:CHECK_VIOLATION"])
        #expect(applied.receipt.faults.first?.fault.issue == "trigger")
        try #expect(
            await fixture.rows("SELECT id, a, b FROM t ORDER BY id") == [
                ["1", "x", "y"], ["2", "x", "y"], ["3", "yes", "NULL"],
            ])
    }
}
