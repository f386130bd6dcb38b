import BulkModel
import Engine

/// Deletes.
enum DeleteCases {
    static let all = [
        ConformanceCase("deleted, missing and referred-to records are told apart") { fixture in
            try await SampleTables.fill(fixture)
            try await fixture.execute("INSERT INTO orders (number, customer_id) VALUES ('A', 1)")
            let bench = try await Bench(fixture, .delete, "customers", columns: ["id"], read: 4)
            let applied = try await bench.apply([[1], [2], [2], [3]], isLast: true)
            try expect(applied.outcomes, "error deleted error*2", "outcomes")
            try expect(
                applied.faults, "0:FOREIGN_KEY_VIOLATION 2:RECORD_NOT_FOUND(id) 3:RECORD_NOT_FOUND(id)",
                "faults")
            try expect(try await fixture.rows("SELECT id FROM customers"), [["1"]], "rows")
            try expect(applied.job.counts.deleted, 1, "the count")
        }
    ]
}
