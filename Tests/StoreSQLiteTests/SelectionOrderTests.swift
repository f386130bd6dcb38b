import BulkModel
import Engine
import Formats
import GRDB
import Planning
import Testing

@testable import StoreSQLite

@Suite("How SQLite walks a selection", .serialized)
struct SelectionOrderTests {
    private let fixture: SQLiteFixture
    private var store: SQLiteStore { fixture.sqlite }

    init() throws { fixture = try SQLiteFixture() }

    /// The query plans of a chunk's walk, the freest first.
    private func plans(_ table: String, rules: TableRules = TableRules()) async throws -> [String] {
        let bench = try await SelectionOnTable(
            store, .delete, table, SelectionOnTable.having("status", .eq, "NEW"), rules: rules)
        guard case .matching(let condition) = bench.plan.scope else { return [] }
        let texts = SelectionSQL.Steering.allCases.map { steering in
            SelectionSQL(bench.plan).next(
                condition, after: .integer(1), within: SelectionBound(lastKey: .integer(9), lastRow: 9),
                recordsMax: 5, now: Timestamp(unixSeconds: 0), steering: steering
            ).sql
        }
        return try await store.pool.read { db in
            try texts.map { sql in
                let values = StatementArguments(
                    [DatabaseValue](repeating: .null, count: sql.count { $0 == "?" }))
                let rows = try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql, arguments: values)
                return rows.map { $0["detail"] as String }.joined(separator: "; ")
            }
        }
    }

    @Test("a whole-number key is walked within the index of the filter's column")
    func filterIndex() async throws {
        try await fixture.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, status TEXT)")
        try await fixture.execute("CREATE INDEX t_status ON t (status)")
        let plans = try await plans("t")
        #expect(plans[0].contains("t_status (status=? AND rowid>? AND rowid<?)"))
        #expect(!plans[0].contains("TEMP B-TREE"))
    }

    @Test("where the filter's index would need sorting, the key's index is walked instead")
    func keyIndex() async throws {
        try await fixture.execute("CREATE TABLE t (code TEXT PRIMARY KEY, status TEXT)")
        try await fixture.execute("CREATE INDEX t_status ON t (status)")
        let plans = try await plans("t")
        #expect(plans[0].contains("TEMP B-TREE"))
        #expect(plans.dropFirst().allSatisfy { !$0.contains("TEMP B-TREE") && $0.contains("code>?") })
    }

    @Test("a key that is unique within the tenant only is walked by the index of both")
    func tenantIndex() async throws {
        try await fixture.execute(
            "CREATE TABLE t (tenant_id TEXT NOT NULL, code TEXT NOT NULL, status TEXT, UNIQUE (tenant_id, code))"
        )
        try await fixture.execute("CREATE INDEX t_status ON t (status)")
        let plans = try await plans("t", rules: TableRules(key: "code", tenantColumn: "tenant_id"))
        #expect(plans[1].contains("(tenant_id=? AND code>? AND code<?)"))
        #expect(!plans[1].contains("TEMP B-TREE"))
    }

    @Test("much or little left, sorted or walked, a selection with an index finds the same")
    func sortedAndWalked() async throws {
        let count = SelectionReader.sortedMax * 2 + 10
        try await fixture.execute("CREATE TABLE t (code TEXT PRIMARY KEY, status TEXT)")
        try await fixture.execute("CREATE INDEX t_status ON t (status)")
        try await fixture.execute(
            """
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(count))
            INSERT INTO t SELECT printf('k%06d', \(count) - i), iif(i % 2, 'NEW', 'OLD') FROM n
            """)
        for (status, max) in [("NEW", 9000), ("OLD", 9000), ("LATE", 2)] {
            if status == "LATE" {
                try await fixture.execute(
                    "UPDATE t SET status = 'LATE' WHERE code IN ('k000007', 'k000003', 'k000001')")
            }
            let bench = try await SelectionOnTable(
                store, .update, "t", SelectionOnTable.having("status", .eq, .string(status)),
                set: ["status": "DONE"], id: status)
            let keys = try await bench.walk(max: max).flatMap(\.keyList)
            #expect(keys == keys.sorted())
            #expect(Set(keys).count == (status == "LATE" ? 3 : count / 2))
        }
        try #expect(await fixture.rows("SELECT DISTINCT status FROM t") == [["DONE"]])
    }

    @Test("a selection counts by the index alone where the filter is all there is")
    func countingIndex() async throws {
        try await fixture.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, status TEXT)")
        try await fixture.execute("CREATE INDEX t_status ON t (status)")
        let bench = try await SelectionOnTable(
            store, .delete, "t", SelectionOnTable.having("status", .eq, "NEW"))
        guard case .matching(let condition) = bench.plan.scope else { return }
        let sql = SelectionSQL(bench.plan).count(condition, after: nil, within: nil).sql
        let detail = try await store.pool.read { db in
            try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql, arguments: ["NEW"]).map {
                $0["detail"] as String
            }
        }
        #expect(detail.count == 1)
        #expect(detail.first?.hasSuffix("USING COVERING INDEX t_status (status=?)") == true)
    }

    @Test("when another write waits, a selection's chunk stops early and is not its last")
    func earlyStop() async throws {
        let count = 400_000
        try await fixture.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)")
        try await fixture.execute(
            """
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(count))
            INSERT INTO t SELECT i, 'x' FROM n
            """)
        let bench = try await SelectionOnTable(store, .update, "t", set: ["a": "y"])
        store.waitingWriters.enter()
        let first = try await bench.apply(max: count + 1)
        store.waitingWriters.leave()
        let done = first.receipt.recordCount
        #expect(done < count)
        #expect(first.job.state == .inProgress)
        #expect(first.receipt.keys == .integers(Array(1...Int64(done))))
        let second = try await bench.apply(
            first: done + 1, after: .integer(Int64(done)), max: count + 1)
        #expect(second.job.state == .jobComplete)
        #expect(second.job.counts.updated == count)
    }
}
