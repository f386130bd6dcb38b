import BulkModel
import Planning
import Testing

@testable import StoreSQLite

@Suite("Unique keys and collations", .serialized)
struct KeyCollationTests {
    private func refusal(of key: String?, in table: String) async throws -> Refusal? {
        let fixture = try SQLiteFixture()
        try await fixture.execute(table)
        let catalog = Catalog(tables: try await fixture.sqlite.tables(), rules: [:])
        var spec = JobSpec(tenant: TenantID("t"), dialect: "d", operation: .upsert, table: "t")
        spec.key = key
        do {
            try Planner.check(spec, catalog: catalog)
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "a key whose index compares otherwise than its column is refused when the job is created, and says why",
        arguments: [
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT COLLATE NOCASE, UNIQUE (a COLLATE BINARY))",
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, UNIQUE (a COLLATE NOCASE))",
        ])
    func other(table: String) async throws {
        let refusal = try #require(await refusal(of: "a", in: table))
        #expect(refusal.code == .invalidRequest)
        #expect(refusal.issue == "key_not_unique")
        #expect(refusal.message.contains("collation"))
        #expect(refusal.message.contains("usable keys: id."))
        #expect(refusal.details.map(\.field) == ["key"])
    }

    @Test("a primary key that compares otherwise than its column is no key either")
    func primary() async throws {
        let table =
            "CREATE TABLE t (a TEXT COLLATE NOCASE, b TEXT, PRIMARY KEY (a COLLATE BINARY)) WITHOUT ROWID"
        #expect(try await refusal(of: nil, in: table)?.issue == "no_key")
        #expect(try await refusal(of: "a", in: table)?.issue == "key_not_unique")
    }

    @Test(
        "a key whose index compares as its column does is taken, whatever other indexes there are",
        arguments: [
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT COLLATE NOCASE UNIQUE)",
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE, UNIQUE (a COLLATE NOCASE))",
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT COLLATE rtrim, UNIQUE (a COLLATE RTRIM))",
            "CREATE TABLE t (a INTEGER PRIMARY KEY)",
        ])
    func own(table: String) async throws {
        #expect(try await refusal(of: "a", in: table) == nil)
    }
}
