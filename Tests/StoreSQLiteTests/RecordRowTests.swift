import BulkModel
import Engine
import Planning
import Testing

@testable import StoreSQLite

@Suite("Reading single records on SQLite", .serialized)
struct RecordRowTests {
    private let fixture: SQLiteFixture
    private var store: SQLiteStore { fixture.sqlite }

    init() throws { fixture = try SQLiteFixture() }

    @Test("another tenant's records and those marked as deleted do not exist")
    func existence() async throws {
        try await fixture.execute(
            "CREATE TABLE t (id INTEGER PRIMARY KEY, owner TEXT, gone TIMESTAMP, doc JSON, more JSON)")
        try await fixture.execute(
            """
            INSERT INTO t VALUES (1, 't', NULL, '{"a":1}', NULL), (2, 'other', NULL, NULL, NULL),
            (3, 't', '2026-01-01', NULL, NULL), (4, 't', NULL, NULL, 5)
            """)
        let table = try await RecordsOnTable(
            store, "t", tenantColumn: "owner", softDelete: .time, documents: ["doc", "more"])
        let keys = [4, 2, 1, 3, 9, 4].map { RecordKey.integer($0) }
        let (records, rows) = try await store.transact { (session) throws(StoreError) in
            let records = try session.look(keys, of: table.target, at: Timestamp(unixSeconds: 1))
            return .commit((records, try session.rows(keys, of: table.target)))
        }
        #expect(records.map(\.key) == keys)
        #expect(records.map(\.exists) == [true, false, true, false, false, true])
        #expect(records.map(\.documents) == [[nil, "5"], [], ["{\"a\":1}", nil], [], [], [nil, "5"]])
        #expect(rows.indices == [0, 2, 5])
        #expect(rows.described.map(\.first) == ["integer 4", "integer 1", "integer 4"])
        let listed = try await store.records(table.query([("id", false)], limit: 9))
        #expect(listed.described.map(\.first) == ["integer 1", "integer 4"])
    }

    @Test(
        "values have the form that the column's type asks for",
        arguments: [
            ("BOOLEAN", "'Yes'", "integer 1"), ("BOOLEAN", "'f'", "integer 0"), ("BOOLEAN", "7", "integer 1"),
            ("BOOLEAN", "NULL", "null"), ("BOOLEAN", "'perhaps'", "text perhaps"),
            ("DECIMAL(10,2)", "12.5", "text 12.5"), ("DECIMAL(10,2)", "3", "text 3"),
            ("DECIMAL(10,2)", "9e999", "null"), ("JSON", "5", "text 5"),
            ("JSON", "'{\"a\":[1]}'", "text {\"a\":[1]}"),
            ("TIMESTAMP", "1798884000", "text 2027-01-02T10:00:00Z"),
            ("TIMESTAMP", "1798884000123", "text 2027-01-02T10:00:00.123Z"),
            ("TIMESTAMP", "1798884000.25", "text 2027-01-02T10:00:00.250Z"),
            ("TIMESTAMP", "'2027-01-02 10:00'", "text 2027-01-02 10:00"),
            ("TIMESTAMP", "9e18", "text 9000000000000000000"),
            ("DATE", "1798848000", "text 2027-01-02"), ("REAL", "2", "real 2.0"),
            ("BLOB", "x'00ff'", "blob of 2"),
            ("UUID", "17", "text 17"), ("", "'a'", "text a"), ("", "1.5", "real 1.5"),
            ("TEXT", "''", "text "),
            ("TEXT", "CAST(x'61ff' AS TEXT)", "text a\u{FFFD}"), ("INTEGER", "-9", "integer -9"),
        ])
    func forms(type: String, value: String, form: String) async throws {
        try await fixture.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v \(type))")
        try await fixture.execute("INSERT INTO t VALUES (1, \(value))")
        let table = try await RecordsOnTable(store, "t")
        let listed = try await store.records(table.query([("id", false)], limit: 1))
        #expect(listed.described == [["integer 1", form]])
        #expect(listed.columns == table.target.table.columns)
    }

    @Test("NULL comes last either way, and each page goes on behind the one before", arguments: [1, 2, 3, 9])
    func nulls(limit: Int) async throws {
        try await fixture.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INTEGER)")
        try await fixture.execute(
            """
            INSERT INTO t VALUES (1, 'x', NULL), (2, NULL, 2), (3, 'x', 1), (4, 'y', 5), (5, NULL, NULL), (6, 'x', 1),
            (7, NULL, 2)
            """)
        for (isDescending, expected) in [
            (false, [3, 6, 1, 4, 2, 7, 5]), (true, [4, 3, 6, 1, 2, 7, 5]),
        ] {
            let order = [("a", isDescending), ("b", false), ("id", false)]
            try #expect(await walk("t", order, limit: limit) == expected.map { "integer \($0)" })
        }
    }

    @Test(
        "every record is listed once, however its values are written",
        arguments: [
            ("BOOLEAN", "('yes'), ('true'), (1), (2), (0), ('no'), (NULL), ('perhaps')"),
            (
                "TIMESTAMP",
                """
                ('2027-01-02T10:00:00Z'), (1798884000), (1798884000123), (1798884000.9996), ('2027-01-02t10:00:00z'),
                ('never'), (NULL), ('2027-01-02 12:00+02:00'), ('2027-01-02T10:00:00.0004Z'), ('')
                """
            ),
            (
                "DATE",
                "('2027-01-02'), (1798848000), (1798848001), ('2027-01-02T00:00:01Z'), (NULL), ('soon')"
            ),
            ("DECIMAL(9,2)", "('0.1'), (0.30000000000000004), (1e20), (3), (NULL), ('many')"),
            ("", "(1), ('1'), (1.5), ('a'), (NULL)"), ("TEXT COLLATE NOCASE", "('a'), ('A'), ('b'), (NULL)"),
            ("UUID NOT NULL", "('a'), ('b'), ('b'), (7)"),
        ])
    func spellings(type: String, values: String) async throws {
        try await fixture.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v \(type))")
        try await fixture.execute("INSERT INTO t (v) VALUES \(values)")
        let count = try await fixture.rows("SELECT id FROM t").count
        for isDescending in [false, true] {
            let listed = try await walk("t", [("v", isDescending), ("id", isDescending)], limit: 1)
            #expect(Set(listed).count == count)
            #expect(listed.count == count)
        }
    }

    /// The ids of all pages; stops when there are more pages than there can be.
    private func walk(
        _ name: String, _ order: [(name: String, isDescending: Bool)], limit: Int
    ) async throws -> [String] {
        let table = try await RecordsOnTable(store, name)
        var query = try table.query(order, limit: limit)
        var ids: [String] = []
        while ids.count < 99 {
            let page = try await store.records(query)
            guard page.rowCount > 0 else { break }
            #expect(page.rowCount <= limit)
            ids += page.described.compactMap(\.first)
            query.after = page.place(order.map(\.name))
        }
        return ids
    }

    @Test("a place without a value for each column of the order is refused")
    func wrongPlace() async throws {
        try await fixture.execute("CREATE TABLE t (id INTEGER PRIMARY KEY)")
        var query = try await RecordsOnTable(store, "t").query([("id", false)], limit: 1)
        query.after = []
        await #expect { try await store.records(query) } throws: { ($0 as? StoreError)?.code == .failed }
    }
}
