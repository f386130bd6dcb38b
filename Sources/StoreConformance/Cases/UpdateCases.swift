import BulkModel
import Engine

/// Updates: changed, unchanged and missing told apart; what a record does not bring stays.
enum UpdateCases {
    static let all = [
        ConformanceCase("updated, unchanged and missing records are told apart") { fixture in
            try await SampleTables.fill(fixture)
            let bench = try await Bench(
                fixture, .update, "customers", columns: ["id", "name", "note"], read: 5)
            let applied = try await bench.apply([
                [1, "Anna", .absent], [2, "Bob", nil], [3, "Cid", "x"], [2, .absent, "note"],
                [1, .absent, .absent],
            ])
            try expect(applied.outcomes, "updated unchanged error updated unchanged", "outcomes")
            try expect(applied.faults, "2:RECORD_NOT_FOUND(id)", "faults")
            try expect(
                try await fixture.rows("SELECT name, tier, note FROM customers ORDER BY id"),
                [["Anna", "basic", "NULL"], ["Bob", "basic", "note"]], "rows")
        },
        ConformanceCase("an update finds records by any unique column") { fixture in
            try await SampleTables.fill(fixture)
            let bench = try await Bench(
                fixture, .update, "customers", columns: ["name", "email"], key: ["email"], read: 2)
            let applied = try await bench.apply([["Robert", "bob@x.org"], ["X", "nobody"]])
            try expect(applied.outcomes, "updated error", "outcomes")
            try expect(applied.faults, "1:RECORD_NOT_FOUND(email)", "faults")
        },
        ConformanceCase("an update that breaks a constraint is its record's fault") { fixture in
            try await SampleTables.fill(fixture)
            try await fixture.execute("INSERT INTO orders (number, customer_id) VALUES ('A', 1)")
            let customers = try await Bench(
                fixture, .update, "customers", columns: ["id", "email", "name"], read: 3)
            let applied = try await customers.apply([
                [1, "bob@x.org", .absent], [1, .absent, ""], [2, .absent, nil],
            ])
            try expect(
                applied.faults, "0:DUPLICATE_KEY(email) 1:CHECK_VIOLATION 2:MISSING_VALUE(name)", "faults")
            let orders = try await Bench(
                fixture, .update, "orders", columns: ["number", "customer_id"], read: 1, job: "bulk-job-2")
            let moved = try await orders.apply([["A", 77]])
            try expect(moved.faults, "0:FOREIGN_KEY_VIOLATION(customer_id)", "faults")
        },
        ConformanceCase("number and text that mean the stored value leave the record unchanged") { fixture in
            try await SampleTables.fill(fixture)
            try await fixture.execute(
                "INSERT INTO orders (number, customer_id, amount, quantity) VALUES ('A', 1, 12.5, 3)")
            let bench = try await Bench(
                fixture, .update, "orders", columns: ["number", "amount", "quantity"], read: 2)
            let applied = try await bench.apply([["A", 12.5, 3], ["A", 12.25, 3]])
            try expect(applied.outcomes, "unchanged updated", "outcomes")
        },
    ]
}
