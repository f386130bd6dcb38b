import BulkModel
import Engine
import Formats
import Testing

@testable import StorePostgres

@Suite("Which records PostgreSQL refuses, and that all others are written once", .serialized)
struct RefusalTests {
    /// Records 0 ..< 40, the bad ones of which break what `kind` says.
    struct Pattern: Sendable, CustomStringConvertible {
        let description: String
        let bad: Set<Int>
    }

    enum Kind: String, CaseIterable, Sendable { case taken, missing, check, reference, trigger, type }

    static let patterns = [
        Pattern(description: "none", bad: []), Pattern(description: "first", bad: [0]),
        Pattern(description: "last", bad: [39]), Pattern(description: "neighbours", bad: [7, 8, 9, 20, 21]),
        Pattern(description: "all but one", bad: Set(0..<40).subtracting([23])),
        Pattern(description: "all", bad: Set(0..<40)),
        Pattern(description: "every other", bad: Set((0..<20).map { $0 * 2 })),
    ]

    private static let table = """
        CREATE TABLE p (id int PRIMARY KEY); INSERT INTO p VALUES (1);
        CREATE TABLE t (id int PRIMARY KEY, code text NOT NULL UNIQUE, n int CHECK (n > 0), p int REFERENCES p,
            day interval, word text);
        INSERT INTO t (id, code) VALUES (1000, 'taken');
        CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS
            $$BEGIN IF NEW.word = 'bad' THEN RAISE EXCEPTION 'no bad words'; END IF; RETURN NEW; END$$;
        """

    private static func row(_ id: Int, _ kind: Kind, isBad: Bool) -> [(any Sendable)?] {
        let row: [(any Sendable)?] = [id, "c\(id)", 1, 1, "1 day", "good"]
        guard isBad else { return row }
        var bad = row
        switch kind {
        case .taken: bad[1] = "taken"
        case .missing: bad[1] = nil
        case .check: bad[2] = 0
        case .reference: bad[3] = 77
        case .trigger: bad[5] = "bad"
        case .type: bad[4] = "no time"
        }
        return bad
    }

    @Test("exactly the guilty records stand alone, wherever they are", arguments: Kind.allCases, patterns)
    func guilty(_ kind: Kind, _ pattern: Pattern) async throws {
        let fixture = try await PostgresFixture()
        try await fixture.execute(Self.table)
        if kind == .trigger {
            try await fixture.execute(
                "CREATE TRIGGER f BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()")
        }
        let job = try await JobOnTable(
            fixture.postgres, .insert, "t", ["id", "code", "n", "p", "day", "word"], read: 80)
        // Twice, since the second chunk is looked over before it is written.
        for first in [0, 40] {
            let rows = (0..<40).map { Self.row(first + $0, kind, isBad: pattern.bad.contains($0)) }
            let applied = try await job.apply(rows, first: first + 1)
            let good = Set(0..<40).subtracting(pattern.bad)
            #expect(Set(applied.receipt.faults.map(\.index)) == pattern.bad)
            let ids = try await fixture.rows(
                "SELECT id FROM t WHERE id BETWEEN \(first) AND \(first + 39) ORDER BY id")
            #expect(ids.map { $0[0] } == good.sorted().map { "\(first + $0)" })
        }
        try #expect(await fixture.postgres.job(job.id)?.state == .jobComplete)
    }

    @Test("an upsert and an update refuse the same records", arguments: Kind.allCases)
    func keyed(_ kind: Kind) async throws {
        let fixture = try await PostgresFixture()
        try await fixture.execute(Self.table)
        if kind == .trigger {
            try await fixture.execute(
                "CREATE TRIGGER f BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()")
        }
        let columns = ["id", "code", "n", "p", "day", "word"]
        let bad: Set<Int> = [0, 3, 4, 9]
        let rows = (0..<10).map { Self.row($0, kind, isBad: bad.contains($0)) }
        let upsert = try await JobOnTable(fixture.postgres, .upsert, "t", columns, read: 10)
        let applied = try await upsert.apply(rows, isLast: true)
        #expect(Set(applied.receipt.faults.map(\.index)) == bad)
        #expect(applied.job.counts.created == 6)
        try await fixture.execute(
            "DELETE FROM t; INSERT INTO t (id, code) SELECT x, 'x' || x FROM generate_series(0, 9) AS x; INSERT INTO t VALUES (1000, 'taken')"
        )
        let update = try await JobOnTable(fixture.postgres, .update, "t", columns, read: 10, id: "bulk-job-2")
        let changed = try await update.apply(rows, isLast: true)
        #expect(Set(changed.receipt.faults.map(\.index)) == bad)
        #expect(changed.job.counts.updated == 6)
    }

    @Test("each fault has its code and column, whichever constraints the neighbours break")
    func codes() async throws {
        let fixture = try await PostgresFixture()
        try await fixture.execute(Self.table)
        let job = try await JobOnTable(
            fixture.postgres, .insert, "t", ["id", "code", "n", "p", "day", "word"], read: 7)
        let kinds: [Kind?] = [.taken, .check, .reference, .missing, nil, .type, .type]
        let rows = kinds.enumerated().map { Self.row($0, $1 ?? .taken, isBad: $1 != nil) }
        #expect(
            try await job.apply(rows, isLast: true).faultList == [
                "0:DUPLICATE_KEY(code)", "1:CHECK_VIOLATION", "2:FOREIGN_KEY_VIOLATION(p)",
                "3:MISSING_VALUE(code)",
                "5:INVALID_VALUE(day)", "6:INVALID_VALUE(day)",
            ])
    }

    @Test("of records with one key the first that can go in does")
    func twins() async throws {
        let fixture = try await PostgresFixture()
        try await fixture.execute(Self.table)
        let job = try await JobOnTable(fixture.postgres, .insert, "t", ["id", "code", "n"], read: 6)
        let applied = try await job.apply([
            [1, "taken", 1], [1, "a", 1], [1, "b", 1], [2, "a", 1], [3, "b", 0], [4, "b", 1],
        ])
        #expect(
            applied.faultList == [
                "0:DUPLICATE_KEY(code)", "2:DUPLICATE_KEY(id)", "3:DUPLICATE_KEY(code)", "4:CHECK_VIOLATION",
            ])
        try #expect(
            await fixture.rows("SELECT id, code FROM t ORDER BY id") == [
                ["1", "a"], ["4", "b"], ["1000", "taken"],
            ])
    }

    @Test("partial and expression indexes, and exclusion constraints, find their records")
    func unusualIndexes() async throws {
        let fixture = try await PostgresFixture()
        try await fixture.execute(
            """
            CREATE TABLE t (id int PRIMARY KEY, name text, live boolean, span int4range,
                EXCLUDE USING gist (span WITH &&));
            CREATE UNIQUE INDEX t_name ON t (lower(name)) WHERE live;
            INSERT INTO t VALUES (1, 'Ann', true, '[1,5)'), (2, 'Bob', false, '[5,9)')
            """)
        let job = try await JobOnTable(
            fixture.postgres, .insert, "t", ["id", "name", "live", "span"], read: 6)
        let applied = try await job.apply([
            [10, "ANN", 1, nil], [11, "BOB", 1, nil], [12, "bob", 1, nil], [13, "ann", 0, nil],
            [14, "x", 1, "[8,20)"], [15, "y", 1, "[30,40)"],
        ])
        #expect(applied.receipt.faults.map(\.index) == [0, 2, 4])
        try #expect(await fixture.rows("SELECT count(*) FROM t") == [["5"]])
    }

    @Test("deferred references may be resolved within the chunk; one that is not is found")
    func deferred() async throws {
        let fixture = try await PostgresFixture()
        try await fixture.execute(
            """
            CREATE TABLE p (id int PRIMARY KEY); INSERT INTO p VALUES (1);
            CREATE TABLE c (id int PRIMARY KEY, p int REFERENCES p DEFERRABLE INITIALLY DEFERRED,
                next int REFERENCES c DEFERRABLE INITIALLY DEFERRED)
            """)
        let job = try await JobOnTable(fixture.postgres, .insert, "c", ["id", "p", "next"], read: 6)
        #expect(try await job.apply([[1, 1, 2], [2, 1, 1]]).actionList == [.created, .created])
        let mixed = try await job.apply(
            [[3, 1, nil], [4, 77, nil], [5, 78, nil], [6, 1, 1]], first: 3, isLast: true)
        #expect(mixed.faultList == ["1:FOREIGN_KEY_VIOLATION(p)", "2:FOREIGN_KEY_VIOLATION(p)"])
        try #expect(await fixture.rows("SELECT id FROM c ORDER BY id") == [["1"], ["2"], ["3"], ["6"]])
    }

    @Test("a trigger that drops a record without an error is its fault, on every way")
    func dropped() async throws {
        let fixture = try await PostgresFixture()
        try await fixture.execute(
            """
            CREATE TABLE t (id int PRIMARY KEY, a text);
            CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
                IF TG_OP = 'DELETE' THEN IF OLD.a = 'keep' THEN RETURN NULL; END IF; RETURN OLD; END IF;
                IF NEW.a = 'ignore' THEN RETURN NULL; END IF; RETURN NEW; END$$;
            CREATE TRIGGER f BEFORE INSERT OR DELETE ON t FOR EACH ROW EXECUTE FUNCTION f()
            """)
        for (base, operation) in [(0, BulkModel.Operation.insert), (10, .upsert)] {
            let job = try await JobOnTable(
                fixture.postgres, operation, "t", ["id", "a"], read: 4, id: "bulk-job-\(operation.rawValue)")
            let applied = try await job.apply([
                [base + 1, "ignore"], [base + 2, "fine"], [base + 3, "ignore"], [base + 4, "keep"],
            ])
            #expect(applied.faultList == ["0:CHECK_VIOLATION", "2:CHECK_VIOLATION"], "\(operation)")
        }
        let delete = try await JobOnTable(
            fixture.postgres, .delete, "t", ["id"], read: 3, id: "bulk-job-delete")
        #expect(
            try await delete.apply([[2], [4], [99]]).faultList == [
                "1:CHECK_VIOLATION", "2:RECORD_NOT_FOUND(id)",
            ])
    }
}
