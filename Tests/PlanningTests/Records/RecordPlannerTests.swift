import BulkModel
import Formats
import Testing

@testable import Planning

@Suite("Tables of single records")
struct RecordPlannerTests {
    private func target(
        _ table: TableDescription, _ rules: TableRules = TableRules()
    ) throws(Refusal) -> RecordTarget {
        try RecordPlanner.target(
            table.name, tenant: TenantID("t"), catalog: Catalog(tables: [table], rules: [table.name: rules]))
    }

    private func table(_ columns: [ColumnDescription], key: [String], unique: [[String]] = [])
        -> TableDescription
    {
        TableDescription(name: "things", columns: columns, primaryKey: key, uniqueKeys: unique)
    }

    @Test("a table that is not there is refused")
    func missing() throws {
        let refusal = #expect(throws: Refusal.self) {
            try RecordPlanner.target("nothing", tenant: TenantID("t"), catalog: Catalog(tables: []))
        }
        #expect(refusal?.code == .tableNotFound)
    }

    @Test("several key columns are refused with what to configure, unless the tenant's is the other one")
    func compositeKey() throws {
        let both = table([column("a"), column("b"), column("c")], key: ["a", "b"], unique: [["c"]])
        let refusal = #expect(throws: Refusal.self) { try target(both) }
        #expect(refusal?.issue == "composite_key")
        #expect(refusal?.message.contains("tables.things.key") == true)
        #expect(try target(both, TableRules(key: "c")).key.name == "c")
        #expect(try target(both, TableRules(tenantColumn: "a")).key.name == "b")
    }

    @Test("the rules that judge are there, the status only when its changes are limited")
    func standing() throws {
        let columns = [
            column("id"), column("status"), column("locked", "BOOLEAN"), column("gone_at", "TIMESTAMP"),
        ]
        let rules = TableRules(
            status: StatusRule(column: "status", transitions: ["a": ["b"]]),
            archive: MarkRule(column: "gone_at"),
            lock: MarkRule(column: "locked"), softDelete: MarkRule(column: "gone_at"))
        let full = try target(table(columns, key: ["id"]), rules).standing
        #expect(full.status?.name == "status")
        #expect(full.lock?.column.name == "locked")
        #expect(full.softDelete?.column.name == "gone_at")
        #expect(full.archive == nil)
        let free = TableRules(status: StatusRule(column: "status"))
        #expect(try target(table(columns, key: ["id"]), free).standing.status == nil)
    }

    @Test("a column of times that holds none is the configuration's fault")
    func unusableTimes() throws {
        let rules = TableRules(timestamps: TimestampRule(updated: "count"))
        let target = try target(table([column("id"), column("count", "INTEGER")], key: ["id"]), rules)
        let refusal = #expect(throws: Refusal.self) {
            try RecordChecker(target, .patch, now: Timestamp(unixSeconds: 0), limits: Limits())
        }
        #expect(refusal?.code == .internalError)
    }

    @Test(
        "ids become keys where the column can hold them",
        arguments: [
            ("INTEGER", "5", .integer(5)), ("INTEGER", "x", nil), ("INTEGER", "", nil),
            ("TEXT", "5", .text("5")),
            ("VARCHAR(2)", "abc", nil), ("UUID", "x", nil), ("DATE", "2024-02-30", nil),
            ("DECIMAL(5,2)", "1.5", .text("1.5")), ("REAL", "1e3", .text("1e3")),
        ] as [(String, String, RecordKey?)])
    func keys(declared: String, id: String, expected: RecordKey?) throws {
        let target = try target(table([column("id", declared, nullable: false)], key: ["id"]))
        #expect(RecordKeyReader(target).key(of: id) == expected)
    }
}
