import BulkModel
import Engine

/// A tenant column fills inserts and confines everything else.
enum TenantCases {
    private static func fill(_ fixture: any StoreFixture) async throws {
        try await SampleTables.make(fixture)
        try await fixture.execute(
            """
            INSERT INTO items (tenant_id, sku, stock)
            VALUES ('a', 'nut', 5), ('b', 'nut', 6), ('b', 'bolt', 7)
            """)
    }

    static let all = [
        ConformanceCase("inserts belong to the caller's tenant; unique keys count within it") { fixture in
            try await fill(fixture)
            let bench = try await Bench(
                fixture, .insert, "items", columns: ["id", "sku", "stock"], tenant: "a", read: 3)
            let applied = try await bench.apply([[10, "bolt", 1], [11, "nut", 1], [2, "gear", 1]])
            try expect(applied.outcomes, "created error*2", "outcomes")
            try expect(applied.faults, "1:DUPLICATE_KEY(sku) 2:DUPLICATE_KEY(id)", "faults")
            try expect(
                try await fixture.rows("SELECT tenant_id FROM items WHERE id = 10"), [["a"]],
                "the new row's tenant")
        },
        ConformanceCase("updates and deletes do not find another tenant's records") { fixture in
            try await fill(fixture)
            let update = try await Bench(
                fixture, .update, "items", columns: ["id", "stock"], tenant: "a", read: 2)
            let updated = try await update.apply([[1, 50], [2, 60]])
            try expect(updated.outcomes, "updated error", "outcomes")
            try expect(updated.faults, "1:RECORD_NOT_FOUND(id)", "faults")
            let delete = try await Bench(
                fixture, .delete, "items", columns: ["sku"], key: ["sku"], tenant: "a", read: 2,
                job: "bulk-job-2")
            let deleted = try await delete.apply([["nut"], ["bolt"]])
            try expect(deleted.outcomes, "deleted error", "outcomes")
            try expect(
                try await fixture.rows("SELECT id, stock FROM items ORDER BY id"),
                [["2", "6"], ["3", "7"]], "rows")
        },
        ConformanceCase("an upsert by the tenant's unique key stays within the tenant") { fixture in
            try await fill(fixture)
            let bench = try await Bench(
                fixture, .upsert, "items", columns: ["sku", "stock"], key: ["sku"], tenant: "a", read: 3)
            let applied = try await bench.apply([["nut", 9], ["bolt", 1], ["bolt", 1]])
            try expect(applied.outcomes, "updated created unchanged", "outcomes")
            try expect(
                try await fixture.rows("SELECT tenant_id, sku, stock FROM items ORDER BY tenant_id, sku"),
                [["a", "bolt", "1"], ["a", "nut", "9"], ["b", "bolt", "7"], ["b", "nut", "6"]], "rows")
        },
        ConformanceCase("an upsert of another tenant's primary key is a duplicate and changes nothing") {
            fixture in
            try await fill(fixture)
            let bench = try await Bench(
                fixture, .upsert, "items", columns: ["id", "sku", "stock"], tenant: "a", read: 1)
            let applied = try await bench.apply([[2, "gear", 0]])
            try expect(applied.faults, "0:DUPLICATE_KEY(id)", "faults")
            try expect(try await fixture.rows("SELECT stock FROM items WHERE id = 2"), [["6"]], "the row")
        },
    ]
}
