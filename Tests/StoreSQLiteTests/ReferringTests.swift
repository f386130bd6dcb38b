import BulkModel
import Engine
import Formats
import Testing

@testable import StoreSQLite

@Suite("Records that others refer to", .serialized)
struct ReferringTests {
    private let fixture: SQLiteFixture

    init() throws { fixture = try SQLiteFixture() }

    private func messages(of ids: [Int]) async throws -> [String] {
        let job = try await JobOnTable(fixture.sqlite, .delete, "orders", ["id"], read: ids.count)
        let applied = try await job.apply(ids.map { [$0] }, isLast: true)
        #expect(applied.receipt.faults.allSatisfy { $0.fault.code == .foreignKeyViolation })
        return applied.receipt.faults.map {
            "\($0.index) \($0.fault.message.split(separator: " ").last ?? "")"
        }
    }

    @Test(
        "the fault names the table, whatever the key says of deletes and whenever it is checked",
        arguments: [
            "REFERENCES orders", "REFERENCES Orders (id) ON DELETE RESTRICT",
            "REFERENCES \"orders\" (id) DEFERRABLE INITIALLY DEFERRED",
        ])
    func named(reference: String) async throws {
        try await fixture.execute(
            "CREATE TABLE orders (id INTEGER PRIMARY KEY, code TEXT, UNIQUE (id, code))")
        try await fixture.execute("INSERT INTO orders (id) VALUES (1), (2), (3)")
        try await fixture.execute("CREATE TABLE notes (id INTEGER REFERENCES orders ON DELETE CASCADE)")
        try await fixture.execute("CREATE TABLE \"in voices\" (order_id INTEGER \(reference))")
        try await fixture.execute("INSERT INTO notes VALUES (1), (2)")
        try await fixture.execute("INSERT INTO \"in voices\" VALUES (2)")
        try #expect(await messages(of: [1, 2, 3]) == ["1 voices"])
        try #expect(await fixture.rows("SELECT id FROM notes") == [["2"]])
    }

    @Test("of several tables the one that refers is named; keys of two columns and to the table itself count")
    func several() async throws {
        try await fixture.execute(
            """
            CREATE TABLE orders (id INTEGER PRIMARY KEY, code TEXT, parent INTEGER REFERENCES orders,
            UNIQUE (id, code))
            """)
        try await fixture.execute("INSERT INTO orders VALUES (1, 'a', NULL), (2, 'b', 1), (3, 'c', NULL)")
        try await fixture.execute("CREATE TABLE bills (order_id INTEGER REFERENCES orders)")
        try await fixture.execute(
            "CREATE TABLE lines (o INTEGER, c TEXT, FOREIGN KEY (o, c) REFERENCES orders (id, code))")
        try await fixture.execute("INSERT INTO lines VALUES (3, 'c'), (2, NULL)")
        try #expect(await messages(of: [1, 3, 2]) == ["0 orders", "1 lines"])
    }

    @Test("an update that takes away a key others refer to names their table, too")
    func updates() async throws {
        try await fixture.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, code TEXT UNIQUE)")
        try await fixture.execute("INSERT INTO orders VALUES (1, 'a'), (2, 'b')")
        try await fixture.execute("CREATE TABLE lines (code TEXT REFERENCES orders (code))")
        try await fixture.execute("INSERT INTO lines VALUES ('a')")
        let job = try await JobOnTable(fixture.sqlite, .update, "orders", ["id", "code"], read: 2)
        let applied = try await job.apply([[1, "x"], [2, "y"]], isLast: true)
        #expect(applied.faultList == ["0:FOREIGN_KEY_VIOLATION"])
        #expect(applied.receipt.faults.first?.fault.message.hasSuffix("has related lines") == true)
    }
}
