import Engine
import Planning

/// What the catalog says of tables.
enum CatalogCases {
    static let all = [
        ConformanceCase("the catalog shows the callers' tables and none of the store's own") { fixture in
            try await SampleTables.make(fixture)
            let names = try await fixture.store.tables().map(\.name).sorted()
            try expect(names, ["customers", "items", "orders"], "tables")
        },
        ConformanceCase("columns, keys, references and defaults are read off the database") { fixture in
            try await SampleTables.make(fixture)
            let customers = try await Bench.table("customers", fixture)
            try expect(customers.columns.map(\.name), ["id", "email", "name", "tier", "note"], "columns")
            try expect(customers.primaryKey, ["id"], "primary key")
            try expect(customers.uniqueKeys, [["email"]], "unique keys")
            try expect(customers.columns.map(\.isAutomatic), [true, false, false, false, false], "automatic")
            try expect(customers.columns.map(\.isRequired), [false, true, true, false, false], "required")
            try expect(customers.columns.map(\.isNullable), [false, false, false, false, true], "nullable")
            try expect(customers.checks.count, 1, "checks")
            try expect(customers.hasTriggers, false, "triggers")
            let orders = try await Bench.table("orders", fixture)
            try expect(orders.primaryKey, ["number"], "primary key")
            try expect(
                orders.foreignKeys,
                [.init(columns: ["customer_id"], parentTable: "customers", parentColumns: ["id"])],
                "references")
            let items = try await Bench.table("items", fixture)
            try expect(items.uniqueKeys, [["tenant_id", "sku"]], "unique keys of two")
        },
        ConformanceCase("a changed schema shows at the next look") { fixture in
            try await SampleTables.make(fixture)
            _ = try await fixture.store.tables()
            try await fixture.execute("ALTER TABLE orders ADD COLUMN remark TEXT")
            try await fixture.execute("CREATE TABLE later (id \(fixture.automaticKey))")
            try expect(try await Bench.table("orders", fixture).column("remark") != nil, "the new column")
            try expect(try await Bench.table("later", fixture).primaryKey, ["id"], "the new table")
        },
    ]
}
