import Planning
import Testing

@Suite("Configured rules against the database")
struct RulesTests {
    @Test("A rule that names a missing column or table is told with its place and the nearest name")
    func problems() {
        let rules = TableRules(
            key: "ordernumber", tenantColumn: "tenant", required: ["customer_id"],
            enumerations: ["stat": ["A"]],
            status: StatusRule(column: "status"), archive: MarkRule(column: "archived_at"),
            timestamps: TimestampRule(created: "made_at"),
            aggregates: [Aggregate(name: "total", function: .sum, column: "amuont")])
        #expect(
            rules.problems(in: sales) == [
                "tables.sales.key: table \"sales\" has no column \"ordernumber\"; did you mean \"order_number\"?",
                "tables.sales.tenant_column: table \"sales\" has no column \"tenant\"; did you mean \"tenant_id\"?",
                "tables.sales.enums: table \"sales\" has no column \"stat\"; did you mean \"status\"?",
                "tables.sales.archive.column: table \"sales\" has no column \"archived_at\".",
                "tables.sales.timestamps.created: table \"sales\" has no column \"made_at\".",
                "tables.sales.aggregates.total: table \"sales\" has no column \"amuont\"; did you mean \"amount\"?",
            ])
        #expect(
            Catalog(tables: [sales], rules: ["sale": TableRules()]).problems
                == ["tables.sale: the database has no table \"sale\"; did you mean \"sales\"?"])
    }

    @Test("A configured value that the column's own type does not have is told")
    func impossibleValue() {
        let table = TableDescription(name: "t", columns: [mood], primaryKey: [])
        #expect(TableRules(enumerations: ["mood": ["happy"]]).problems(in: table).isEmpty)
        #expect(
            TableRules(enumerations: ["mood": ["happy", "Sad"]]).problems(in: table) == [
                "tables.t.enums: column \"mood\" takes no \"Sad\" in the database; it takes sad, happy."
            ])
    }

    @Test("A configured key must be unique in the database")
    func key() {
        #expect(TableRules(key: "order_number", tenantColumn: "tenant_id").problems(in: sales).isEmpty)
        #expect(TableRules(key: "order_number").problems(in: sales).first?.contains("not unique") == true)
        #expect(catalog().problems.isEmpty)
    }

    @Test(
        "Aggregates are read from their spelling",
        arguments: [
            ("sum(amount)", Aggregate(name: "a", function: .sum, column: "amount")),
            (" AVG ( amount ) ", Aggregate(name: "a", function: .avg, column: "amount")),
            ("count()", Aggregate(name: "a", function: .count)),
            ("failed()", Aggregate(name: "a", function: .failed)),
            ("sum()", nil), ("count(x)", nil), ("median(x)", nil), ("sum", nil), ("sum(x", nil), ("", nil),
        ] as [(String, Aggregate?)])
    func aggregates(expression: String, expected: Aggregate?) {
        #expect(Aggregate(name: "a", expression: expression) == expected)
    }

    @Test(
        "The nearest name is found within a third of its letters, without regard to case",
        arguments: [
            ("custmer_id", "customer_id"), ("CUSTOMER_ID", "customer_id"), ("satus", "status"),
            ("sattus", "status"),
            ("zzz", nil), ("", nil), ("i", "id"),
        ] as [(String, String?)])
    func nearest(name: String, expected: String?) {
        #expect(NearestName.of(name, among: ["id", "customer_id", "status"]) == expected)
    }

    @Test("a mark that its column cannot hold is told, and not found out by the first request")
    func unusableMarks() {
        let table = TableDescription(
            name: "orders",
            columns: [
                ColumnDescription(name: "id", declaredType: "TEXT", type: .text(lengthMax: nil)),
                ColumnDescription(
                    name: "locks", declaredType: "INTEGER", type: .integer(min: .min, max: .max)),
                ColumnDescription(name: "archived_at", declaredType: "TIMESTAMP", type: .timestamp),
            ], primaryKey: ["id"])
        let rules = TableRules(archive: MarkRule(column: "archived_at"), lock: MarkRule(column: "locks"))
        #expect(
            rules.problems(in: table) == [
                "tables.orders.lock cannot use column \"locks\" (INTEGER): it is neither a timestamp nor a boolean; "
                    + "configure its value."
            ])
    }
}
