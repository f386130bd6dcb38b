import BulkModel
import Engine
import Formats
import GRDB
import Planning
import Testing

@testable import StoreSQLite

@Suite("What only SQLite does to records", .serialized)
struct ApplyTests {
    private let fixture: SQLiteFixture
    private var store: SQLiteStore { fixture.sqlite }

    init() throws { fixture = try SQLiteFixture() }

    @Test("a full disk changes nothing, is retryable, and the same chunk succeeds once there is room")
    func full() async throws {
        let fixture = try SQLiteFixture(tuning: StoreTuning(pagesMax: 60))
        try await fixture.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT)")
        let text = String(repeating: "x", count: 3000)
        let rows: [[(any Sendable)?]] = (0..<100).map { [$0, text] }
        let job = try await JobOnTable(fixture.sqlite, .insert, "t", ["id", "text"], read: 100)
        let error = await #expect(throws: StoreError.self) { try await job.apply(rows, isLast: true) }
        #expect(error?.code == .full)
        #expect(error?.isRetryable == true)
        try #expect(await fixture.rows("SELECT count(*) FROM t") == [["0"]])
        try #expect(await fixture.sqlite.job(job.id)?.nextRecord == 1)
        try await fixture.sqlite.pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA max_page_count = 100000")
        }
        try #expect(await job.apply(rows, isLast: true).job.state == .jobComplete)
        try #expect(await fixture.rows("SELECT count(*) FROM t") == [["100"]])
    }

    @Test("a trigger that rolls back costs its own record only")
    func raiseRollback() async throws {
        try await fixture.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)")
        try await fixture.execute(
            """
            CREATE TRIGGER r BEFORE INSERT ON t WHEN NEW.a = 'bad'
            BEGIN SELECT RAISE(ROLLBACK, 'no bad ones'); END
            """)
        let job = try await JobOnTable(store, .insert, "t", ["id", "a"], read: 5)
        let rows: [[(any Sendable)?]] = [[1, "x"], [2, "bad"], [3, "bad"], [4, "y"], [5, "bad"]]
        var next = 0
        var faults: [Int] = []
        while next < rows.count {
            let applied = try await job.apply(Array(rows[next...]), first: next + 1, isLast: true)
            faults += applied.receipt.faults.map { next + $0.index }
            for entry in applied.receipt.faults {
                #expect(entry.fault.code == .checkViolation)
                #expect(entry.fault.message.contains("no bad ones"))
            }
            next += applied.receipt.recordCount
        }
        #expect(faults == [1, 2, 4])
        try #expect(await fixture.rows("SELECT id FROM t ORDER BY id") == [["1"], ["4"]])
        try #expect(await store.job(job.id)?.state == .jobComplete)
    }

    @Test("a trigger's RAISE(ABORT) and RAISE(IGNORE) are the record's faults")
    func raise() async throws {
        try await fixture.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)")
        try await fixture.execute(
            "CREATE TRIGGER x BEFORE INSERT ON t WHEN NEW.a = 'abort' BEGIN SELECT RAISE(ABORT, 'stop it'); END"
        )
        try await fixture.execute(
            "CREATE TRIGGER y BEFORE INSERT ON t WHEN NEW.a = 'ignore' BEGIN SELECT RAISE(IGNORE); END")
        try await fixture.execute(
            "CREATE TRIGGER z BEFORE DELETE ON t WHEN OLD.a = 'keep' BEGIN SELECT RAISE(IGNORE); END")
        for operation in [BulkModel.Operation.insert, .upsert] {
            let job = try await JobOnTable(
                store, operation, "t", ["id", "a"], read: 4, id: "bulk-job-\(operation.rawValue)")
            let base = operation == .insert ? 0 : 10
            let applied = try await job.apply([
                [base + 1, "abort"], [base + 2, "ignore"], [base + 3, "fine"], [base + 4, "keep"],
            ])
            #expect(applied.faultList == ["0:CHECK_VIOLATION", "1:CHECK_VIOLATION"])
            #expect(applied.receipt.faults[0].fault.message.contains("stop it"))
        }
        let delete = try await JobOnTable(store, .delete, "t", ["id"], read: 3, id: "bulk-job-delete")
        let deleted = try await delete.apply([[3], [4], [99]])
        #expect(deleted.faultList == ["1:CHECK_VIOLATION", "2:RECORD_NOT_FOUND(id)"])
    }

    @Test("deferred references may be resolved within the chunk; where one is not, its record is found")
    func deferred() async throws {
        try await fixture.execute("CREATE TABLE p (id INTEGER PRIMARY KEY)")
        try await fixture.execute("INSERT INTO p VALUES (1)")
        try await fixture.execute(
            """
            CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p DEFERRABLE INITIALLY DEFERRED,
                            next INTEGER REFERENCES c DEFERRABLE INITIALLY DEFERRED)
            """)
        let job = try await JobOnTable(store, .insert, "c", ["id", "p", "next"], read: 6)
        let good = try await job.apply([[1, 1, 2], [2, 1, 1]])
        #expect(good.actionList == [.created, .created])
        let mixed = try await job.apply(
            [[3, 1, nil], [4, 77, nil], [5, 78, nil], [6, 1, 1]], first: 3, isLast: true)
        #expect(mixed.faultList == ["1:FOREIGN_KEY_VIOLATION(p)", "2:FOREIGN_KEY_VIOLATION(p)"])
        try #expect(await fixture.rows("SELECT id FROM c ORDER BY id") == [["1"], ["2"], ["3"], ["6"]])
    }

    @Test("ON CONFLICT clauses of a table lose no rows")
    func conflictClauses() async throws {
        try await fixture.execute(
            """
            CREATE TABLE t (id INTEGER PRIMARY KEY ON CONFLICT REPLACE, a TEXT UNIQUE ON CONFLICT IGNORE,
                            b TEXT UNIQUE ON CONFLICT ROLLBACK, c TEXT NOT NULL ON CONFLICT FAIL)
            """)
        try await fixture.execute("INSERT INTO t VALUES (1, 'a', 'b', 'c'), (2, 'd', 'e', 'f')")
        let job = try await JobOnTable(store, .insert, "t", ["id", "a", "b", "c"], read: 5)
        let applied = try await job.apply([
            [1, "x", "y", "z"], [3, "a", "y", "z"], [4, "x", "b", "z"], [5, "x", "y", nil],
            [6, "x", "y", "z"],
        ])
        #expect(
            applied.faultList == [
                "0:DUPLICATE_KEY(id)", "1:DUPLICATE_KEY(a)", "2:DUPLICATE_KEY(b)", "3:MISSING_VALUE(c)",
            ])
        let update = try await JobOnTable(store, .update, "t", ["id", "a"], read: 1, id: "bulk-job-2")
        try #expect(await update.apply([[6, "a"]]).faultList == ["0:DUPLICATE_KEY(a)"])
        try #expect(
            await fixture.rows("SELECT * FROM t ORDER BY id")
                == [["1", "a", "b", "c"], ["2", "d", "e", "f"], ["6", "x", "y", "z"]])
    }

    @Test("STRICT and WITHOUT ROWID tables work, and a wrong type names its column")
    func strict() async throws {
        try await fixture.execute(
            "CREATE TABLE s (id TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT, WITHOUT ROWID")
        let job = try await JobOnTable(store, .upsert, "s", ["id", "n"], read: 4)
        let applied = try await job.apply([["a", 1], ["b", "many"], ["a", 2], ["a", 2]])
        #expect(applied.actionList == [.created, .error, .updated, .unchanged])
        #expect(applied.faultList == ["1:INVALID_VALUE(n)"])
        #expect(applied.receipt.keys == .none)
        try await fixture.execute("CREATE TABLE r (id INTEGER PRIMARY KEY, n ANY)")
        let rowid = try await JobOnTable(store, .insert, "r", ["id", "n"], read: 1, id: "bulk-job-2")
        try #expect(await rowid.apply([["one", 1]]).faultList == ["0:INVALID_VALUE"])
    }

    @Test("names of any letters, quotes and case work in every operation")
    func names() async throws {
        let table = "Ünï \"quoted\" tab'le"
        let columns = ["Schlüssel \"x\"", "select", "ORDER"]
        let quoted = columns.map(Identifier.quoted)
        try await fixture.execute(
            """
            CREATE TABLE \(Identifier.quoted(table)) (\(quoted[0]) TEXT PRIMARY KEY, \(quoted[1]) TEXT UNIQUE,
            \(quoted[2]) INTEGER NOT NULL DEFAULT 3)
            """)
        var number = 0
        func run(_ operation: BulkModel.Operation, _ columns: [String], _ rows: [[(any Sendable)?]])
            async throws
            -> AppliedChunk
        {
            number += 1
            let job = try await JobOnTable(
                store, operation, table, columns, read: rows.count, id: "bulk-job-\(number)")
            return try await job.apply(rows, isLast: true)
        }
        let inserted = try await run(.insert, columns, [["k", "a", 1], ["l", "a", 2]])
        #expect(inserted.faultList == ["1:DUPLICATE_KEY(select)"])
        let updated = try await run(.update, columns, [["k", "b", 1], ["m", "b", 1]])
        #expect(updated.actionList == [.updated, .error])
        let upserted = try await run(.upsert, columns, [["k", "b", 1], ["m", "c", 1]])
        #expect(upserted.actionList == [.unchanged, .created])
        let deleted = try await run(.delete, [columns[0]], [["k"], ["x"]])
        #expect(deleted.actionList == [.deleted, .error])
    }

    @Test("a table of 2,000 columns can be described, filled and updated")
    func wide() async throws {
        let names = (0..<1999).map { "c\($0)" }
        try await fixture.execute(
            "CREATE TABLE wide (id INTEGER PRIMARY KEY, \(names.joined(separator: ", ")))")
        let job = try await JobOnTable(store, .upsert, "wide", ["id"] + names, read: 3)
        let row: [(any Sendable)?] = [1] + names.map { $0 as any Sendable }
        var other = row
        other[1999] = "changed"
        try #expect(await job.apply([row, row, other]).actionList == [.created, .unchanged, .updated])
    }

    @Test("texts that the column's collation calls equal are still a change")
    func collation() async throws {
        try await fixture.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT COLLATE NOCASE)")
        try await fixture.execute("INSERT INTO t VALUES (1, 'abc')")
        let job = try await JobOnTable(store, .update, "t", ["id", "a"], read: 2)
        try #expect(await job.apply([[1, "ABC"], [1, "ABC"]]).actionList == [.updated, .unchanged])
    }

    @Test("generated columns and the kinds of primary keys are told apart")
    func describing() async throws {
        try await fixture.execute(
            "CREATE TABLE g (id INTEGER PRIMARY KEY DESC, a INTEGER, b AS (a * 2), c AS (a * 3) STORED)")
        try await fixture.execute("CREATE TABLE i (id INTEGER PRIMARY KEY AUTOINCREMENT, x INT REFERENCES g)")
        try await fixture.execute("CREATE VIEW v AS SELECT 1")
        try await fixture.execute("CREATE VIRTUAL TABLE f USING fts5(text)")
        let tables = try await store.tables()
        #expect(tables.map(\.name) == ["g", "i"])
        #expect(tables[0].columns.map(\.isGenerated) == [false, false, true, true])
        #expect(tables[0].columns[0].isAutomatic == false)
        #expect(tables[1].columns[0].isAutomatic)
        #expect(tables[1].foreignKeys.map(\.parentColumns) == [["id"]])
    }

    @Test("when another write waits, a long chunk stops early and covers what it has done")
    func earlyStop() async throws {
        try await fixture.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)")
        let count = 400_000
        let job = try await JobOnTable(store, .insert, "t", ["id", "a"], read: count)
        let rows: [[(any Sendable)?]] = (0..<count).map { [$0, "some text"] }
        store.waitingWriters.enter()
        let first = try await job.apply(rows, isLast: true)
        #expect(first.receipt.recordCount < count)
        #expect(first.job.nextRecord == first.receipt.recordCount + 1)
        #expect(first.job.state == .inProgress)
        try #expect(await fixture.rows("SELECT count(*) FROM t") == [["\(first.receipt.recordCount)"]])
    }
}
