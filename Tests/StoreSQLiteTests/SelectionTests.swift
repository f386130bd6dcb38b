import BulkModel
import Engine
import Formats
import Planning
import Testing

@testable import StoreSQLite

@Suite("Selections on SQLite", .serialized)
struct SelectionTests {
    private let fixture: SQLiteFixture
    private var store: SQLiteStore { fixture.sqlite }

    init() throws { fixture = try SQLiteFixture() }

    @Test("a record with a smaller key that was made after the start is left alone")
    func rowNumbers() async throws {
        try await fixture.execute("CREATE TABLE t (code TEXT PRIMARY KEY, a TEXT)")
        try await fixture.execute("INSERT INTO t VALUES ('c', 'x'), ('f', 'x'), ('b', 'x')")
        let bench = try await SelectionOnTable(store, .update, "t", set: ["a": "y"])
        #expect(bench.bound == SelectionBound(lastKey: .text("f"), lastRow: 3))
        try await bench.apply(max: 1)
        try await fixture.execute("INSERT INTO t VALUES ('d', 'x'), ('z', 'x')")
        let rest = try await bench.apply(first: 2, after: .text("b"))
        #expect(rest.receipt.keys == .texts(["c", "f"]))
        try #expect(
            await fixture.rows("SELECT code FROM t WHERE a = 'x' ORDER BY code") == [["d"], ["z"]])
    }

    @Test(
        "tables of every kind are walked",
        arguments: [
            "CREATE TABLE t (code TEXT PRIMARY KEY, a TEXT) WITHOUT ROWID",
            "CREATE TABLE t (code TEXT PRIMARY KEY, a TEXT, rowid TEXT, oid TEXT, _rowid_ TEXT)",
            "CREATE TABLE t (rowid TEXT PRIMARY KEY, code TEXT UNIQUE, a TEXT)",
            "CREATE TABLE t (code INTEGER PRIMARY KEY DESC, a TEXT)",
            "CREATE TABLE t (code INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT)",
            "CREATE TABLE t (code TEXT COLLATE NOCASE PRIMARY KEY, a TEXT)",
            "CREATE TABLE t (code PRIMARY KEY, a)",
            "CREATE TABLE t (code INT UNIQUE NOT NULL, a TEXT) STRICT",
            "CREATE TABLE \"t\" (\"code\" NUMERIC PRIMARY KEY, a TEXT)",
        ])
    func tables(table: String) async throws {
        try await fixture.execute(table)
        try await fixture.execute("INSERT INTO t (code, a) VALUES (3, 'x'), (1, 'x'), (2, 'y'), (5, 'x')")
        let bench = try await SelectionOnTable(
            store, .update, "t", SelectionOnTable.having("a", .eq, "x"), set: ["a": "done"],
            rules: TableRules(key: "code"))
        try #expect(await bench.walk(max: 2).map(\.keyList) == [["1", "3"], ["5"]])
        try #expect(await fixture.rows("SELECT code FROM t WHERE a = 'done' ORDER BY code").count == 3)
    }

    @Test(
        "keys that cannot be named exactly are refused, and not walked past",
        arguments: [
            ("code UUID PRIMARY KEY", "x'616263'"), ("code TEXT PRIMARY KEY", "'xyz'), (x'616263'"),
            ("code REAL PRIMARY KEY", "0.30000000000000004"), ("code NUMERIC PRIMARY KEY", "3), (2.5"),
            ("code PRIMARY KEY", "1), ('3'"), ("code TEXT PRIMARY KEY", "CAST(x'ff' AS TEXT)"),
        ])
    func unnameableKeys(column: String, values: String) async throws {
        try await fixture.execute("CREATE TABLE t (\(column), a TEXT)")
        try await fixture.execute("INSERT INTO t (code) VALUES (\(values))")
        await #expect {
            _ = try await SelectionOnTable(store, .delete, "t", rules: TableRules(key: "code")).walk(max: 10)
        } throws: { ($0 as? StoreError)?.code == .selectionRefused }
        #expect(try await fixture.rows("SELECT code FROM t").isEmpty == false)
    }

    @Test(
        "times are compared as points in time, however they are spelled",
        arguments: [
            ("2027-01-02T12:00:00+02:00", "1 2 3 4"), ("2027-01-02T10:00:00Z", "1 2 3 4"),
            ("2027-01-02 10:00", "1 2 3 4"), ("2027-01-02t10:00:00.000z", "1 2 3 4"),
            ("2027-01-02T12:00:00Z", ""),
        ])
    func times(time: String, keys: String) async throws {
        try await fixture.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, at TIMESTAMP)")
        try await fixture.execute(
            """
            INSERT INTO t VALUES (1, '2027-01-02T10:00:00Z'), (2, '2027-01-02 10:00:00'), (3, 1798884000),
            (4, 1798884000000), (5, '2027-01-03'), (6, NULL), (7, 'never')
            """)
        for test in [FilterTest.eq, .among] {
            let value: JSONValue = test == .eq ? .string(time) : [.string(time)]
            let bench = try await SelectionOnTable(
                store, .delete, "t", SelectionOnTable.having("at", test, value), id: "op-\(test)")
            let applied = try await bench.apply(options: ChunkOptions(isDryRun: true))
            #expect(applied.receipt.keyList.joined(separator: " ") == keys)
        }
    }

    @Test("a lock is in the future however its time is spelled")
    func locks() async throws {
        try await fixture.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, lock TIMESTAMP, a TEXT)")
        try await fixture.execute(
            """
            INSERT INTO t (id, lock) VALUES (1, '2027-01-15T09:00:01+01:00'), (2, '2027-01-15T08:59:59+01:00'),
            (3, 1800000001), (4, 1799999999), (5, 1800000001000), (6, 1799999999000), (7, '2027-01-15 08:00:00.001'),
            (8, '2027-01-15 08:00:00'), (9, 'no time'), (10, '')
            """)
        let bench = try await SelectionOnTable(
            store, .update, "t", set: ["a": "x"], rules: TableRules(lock: MarkRule(column: "lock")))
        let applied = try await bench.apply()
        #expect(
            applied.faultList == [
                "0:LOCKED_RECORD(lock)", "2:LOCKED_RECORD(lock)", "4:LOCKED_RECORD(lock)",
                "6:LOCKED_RECORD(lock)",
            ])
    }

    @Test(
        "a truth is a truth as number or word",
        arguments: [
            ("1", true), ("0", false), ("'true'", true), ("'T'", true), ("'f'", false), ("NULL", false),
        ])
    func truths(value: String, isSet: Bool) async throws {
        try await fixture.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, gone BOOLEAN)")
        try await fixture.execute("INSERT INTO t VALUES (1, \(value))")
        let bench = try await SelectionOnTable(
            store, .delete, "t", rules: TableRules(softDelete: MarkRule(column: "gone")))
        try #expect(await store.survey(bench.plan, after: nil, within: nil).recordCount == (isSet ? 0 : 1))
    }

    @Test("a trigger that rolls back costs its own record only, and can stop a chunk")
    func raiseRollback() async throws {
        try await fixture.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)")
        try await fixture.execute("INSERT INTO t VALUES (1, 'x'), (2, 'bad'), (3, 'x'), (4, 'bad'), (5, 'x')")
        try await fixture.execute(
            """
            CREATE TRIGGER r BEFORE UPDATE ON t WHEN OLD.a = 'bad'
            BEGIN SELECT RAISE(ROLLBACK, 'no bad ones'); END
            """)
        let dry = try await SelectionOnTable(store, .update, "t", set: ["a": "y"], id: "dry")
        let receipts = try await dry.walk(max: 10, options: ChunkOptions(isDryRun: true))
        #expect(receipts.flatMap(\.keyList) == ["1", "2", "3", "4", "5"])
        #expect(receipts.flatMap(\.faults).map(\.fault.code) == [.checkViolation, .checkViolation])
        try #expect(await fixture.rows("SELECT count(*) FROM t WHERE a = 'y'") == [["0"]])
        let bench = try await SelectionOnTable(store, .update, "t", set: ["a": "y"])
        let stopped = try await bench.apply(options: ChunkOptions(errorsMax: 1))
        #expect(stopped.receipt.keyList == ["1"])
        #expect(stopped.stop?.key == .integer(2))
        let nothing = try await bench.apply(
            first: 2, after: .integer(1), options: ChunkOptions(errorsMax: 1))
        #expect(nothing.receipt.recordCount == 0)
        #expect(nothing.stop?.fault.index == 0)
        try #expect(await fixture.rows("SELECT id FROM t WHERE a = 'y'") == [["1"]])
    }

    @Test("deferred references: dry runs and stops find the record that leaves one open")
    func deferred() async throws {
        try await fixture.execute("CREATE TABLE p (id INTEGER PRIMARY KEY)")
        try await fixture.execute("INSERT INTO p VALUES (1), (2), (3), (4)")
        try await fixture.execute(
            "CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p DEFERRABLE INITIALLY DEFERRED)")
        try await fixture.execute("INSERT INTO c VALUES (1, 3)")
        for options in [ChunkOptions(isDryRun: true), ChunkOptions(isDryRun: true, errorsMax: 1)] {
            let bench = try await SelectionOnTable(store, .delete, "p", id: "dry-\(options.errorsMax ?? 0)")
            let applied = try await bench.apply(options: options)
            let fault = options.errorsMax == nil ? applied.receipt.faults.first : applied.stop?.fault
            #expect(fault?.index == 2)
            #expect(fault?.fault.code == .foreignKeyViolation)
            #expect(fault?.fault.message.hasSuffix("has related c") == true)
        }
        try #expect(await fixture.rows("SELECT count(*) FROM p") == [["4"]])
        let bench = try await SelectionOnTable(store, .delete, "p")
        try #expect(await bench.apply().actionList == [.deleted, .deleted, .error, .deleted])
        try #expect(await fixture.rows("SELECT id FROM p") == [["3"]])
    }
}
