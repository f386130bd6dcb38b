import BulkModel
import Engine

/// Upserts: created, updated and unchanged; absent columns untouched; required ones asked for only when
/// inserting.
enum UpsertCases {
    static let all = [
        ConformanceCase("an upsert by primary key creates, updates or leaves alone") { fixture in
            try await SampleTables.fill(fixture)
            let bench = try await Bench(
                fixture, .upsert, "customers", columns: ["id", "email", "name", "note"], read: 5)
            let applied = try await bench.apply([
                [1, "ann@x.org", "Anna", .absent], [2, "bob@x.org", "Bob", .absent],
                [3, "c@x.org", "C", "n"],
                [3, "c@x.org", "C", "m"], [4, "c@x.org", "D", nil],
            ])
            try expect(applied.outcomes, "updated unchanged created updated error", "outcomes")
            try expect(applied.faults, "4:DUPLICATE_KEY(email)", "faults")
            try expect(applied.receipt.keys, .none, "keys")
        },
        ConformanceCase("an upsert by another unique column gives the keys of what it created") { fixture in
            try await SampleTables.fill(fixture)
            let bench = try await Bench(
                fixture, .upsert, "customers", columns: ["email", "name"], key: ["email"], read: 3)
            let applied = try await bench.apply([["bob@x.org", "Rob"], ["c@x.org", "C"], ["c@x.org", "C"]])
            try expect(applied.outcomes, "updated created unchanged", "outcomes")
            try expect(applied.receipt.keys.count, 1, "keys")
            try expect(
                try await fixture.rows("SELECT name FROM customers ORDER BY name"),
                [["Ann"], ["C"], ["Rob"]], "rows")
        },
        ConformanceCase("a record without required columns updates what is there and cannot create") {
            fixture in
            try await SampleTables.fill(fixture)
            let bench = try await Bench(
                fixture, .upsert, "customers", columns: ["id", "name", "note"], read: 3)
            let applied = try await bench.apply([
                [1, .absent, "hello"], [9, "Z", "z"], [2, "Bob", .absent],
            ])
            try expect(applied.outcomes, "updated error unchanged", "outcomes")
            try expect(applied.faults, "1:MISSING_VALUE(email)", "faults")
        },
        ConformanceCase("an upsert leaves columns alone that the record does not bring") { fixture in
            try await SampleTables.fill(fixture)
            try await fixture.execute("UPDATE customers SET tier = 'gold', note = 'keep' WHERE id = 1")
            let bench = try await Bench(
                fixture, .upsert, "customers", columns: ["id", "email", "name", "tier", "note"], read: 2)
            try await bench.apply([
                [1, "ann@x.org", "Anna", .absent, .absent], [5, "e@x.org", "E", .absent, .absent],
            ])
            try expect(
                try await fixture.rows(
                    "SELECT name, tier, note FROM customers WHERE id IN (1, 5) ORDER BY id"),
                [["Anna", "gold", "keep"], ["E", "basic", "NULL"]], "rows")
        },
        ConformanceCase("an upsert that breaks a constraint is its record's fault either way") { fixture in
            try await SampleTables.fill(fixture)
            let bench = try await Bench(
                fixture, .upsert, "customers", columns: ["id", "email", "name"], read: 3)
            let applied = try await bench.apply([
                [1, "ann@x.org", ""], [7, "g@x.org", ""], [1, "bob@x.org", "Ann"],
            ])
            try expect(applied.faults, "0:CHECK_VIOLATION 1:CHECK_VIOLATION 2:DUPLICATE_KEY(email)", "faults")
        },
    ]
}
