import BulkModel
import Engine
import Formats

/// Inserts: defaults, generated keys, and a fault for each way a database refuses.
enum InsertCases {
    static let all = [
        ConformanceCase("inserts give generated keys in file order and leave defaults to the database") {
            fixture in
            try await SampleTables.make(fixture)
            let bench = try await Bench(
                fixture, .insert, "customers", columns: ["email", "name", "tier", "note"], read: 3)
            let applied = try await bench.apply([
                ["a@x.org", "A", .absent, "n"], ["b@x.org", "B", "gold", .absent],
                ["c@x.org", "C", .absent, nil],
            ])
            try expect(applied.outcomes, "created*3", "outcomes")
            try expect(applied.receipt.keys, .integers([1, 2, 3]), "keys")
            try expect(
                try await fixture.rows("SELECT id, email, tier, note FROM customers ORDER BY id"),
                [
                    ["1", "a@x.org", "basic", "n"], ["2", "b@x.org", "gold", "NULL"],
                    ["3", "c@x.org", "basic", "NULL"],
                ],
                "rows")
        },
        ConformanceCase("keys that the input brings are not listed; where one is missing, all are") {
            fixture in
            try await SampleTables.make(fixture)
            let bench = try await Bench(
                fixture, .insert, "customers", columns: ["id", "email", "name"], read: 4)
            let given = try await bench.apply([[10, "a@x.org", "A"], [20, "b@x.org", "B"]])
            try expect(given.receipt.keys, .none, "given keys")
            let mixed = try await bench.apply([[.absent, "c@x.org", "C"], [30, "d@x.org", "D"]], first: 3)
            try expect(mixed.receipt.keys.count, 2, "one key for each created record")
        },
        ConformanceCase("every kind of refusal is its record's fault, and its neighbours are kept") {
            fixture in
            try await SampleTables.fill(fixture)
            let bench = try await Bench(
                fixture, .insert, "customers", columns: ["id", "email", "name"], read: 9)
            let known = Fault(
                .invalidValue, issue: "x", at: Position(record: 8, line: 9, byte: 70), column: "id",
                message: "m")
            let applied = try await bench.apply(
                [
                    [10, "ann@x.org", "A"], [2, "q@x.org", "B"], [11, nil, "C"], [12, "d@x.org", ""],
                    [13, "e@x.org", "E"], [13, "f@x.org", "F"], [14, "e@x.org", "G"],
                    [.absent, .absent, .absent],
                    [15, "h@x.org", "H"],
                ], faults: [7: known], isLast: true)
            try expect(applied.outcomes, "error*4 created error*3 created", "outcomes")
            try expect(
                applied.faults,
                "0:DUPLICATE_KEY(email) 1:DUPLICATE_KEY(id) 2:MISSING_VALUE(email) 3:CHECK_VIOLATION "
                    + "5:DUPLICATE_KEY(id) 6:DUPLICATE_KEY(email) 7:INVALID_VALUE(id)", "faults")
            try expect(
                try await fixture.rows("SELECT id FROM customers ORDER BY id"),
                [["1"], ["2"], ["13"], ["15"]], "rows")
            try expect(applied.receipt.faults.last?.fault, known, "the known fault")
            try expect(applied.receipt.faults[0].fault.position.record, 1, "the record's number")
            try expect(applied.job.errorCounts[.duplicateKey], 4, "counts by code")
        },
        ConformanceCase("a reference to nobody names the column and the parent table") { fixture in
            try await SampleTables.fill(fixture)
            let bench = try await Bench(
                fixture, .insert, "orders", columns: ["number", "customer_id", "amount"], read: 3)
            let applied = try await bench.apply([["A", 1, 1.5], ["B", 99, 2], ["C", 2, nil]])
            try expect(applied.outcomes, "created error created", "outcomes")
            try expect(applied.faults, "1:FOREIGN_KEY_VIOLATION(customer_id)", "faults")
            try expect(
                applied.receipt.faults[0].fault.message.contains("customers"), "the message names the parent")
        },
        ConformanceCase("records of many shapes lie side by side in one chunk") { fixture in
            try await SampleTables.fill(fixture)
            let bench = try await Bench(
                fixture, .insert, "orders", columns: ["number", "customer_id", "amount", "quantity"], read: 60
            )
            var rows: [[Cell]] = []
            for number in 0..<60 {
                rows.append([
                    .text("N\(number)"), 1, number % 2 == 0 ? .absent : .integer(Int64(number)),
                    number % 3 == 0 ? .absent : .integer(Int64(number)),
                ])
            }
            let applied = try await bench.apply(rows, isLast: true)
            try expect(applied.outcomes, "created*60", "outcomes")
            try expect(
                try await fixture.rows(
                    "SELECT count(*), count(amount), sum(quantity) FROM orders"), [["60", "30", "1220"]],
                "sums")
        },
        ConformanceCase("empty, long and many-byte texts arrive as they were") { fixture in
            try await SampleTables.make(fixture)
            let texts = ["", "ž🙂\u{0301}", String(repeating: "x", count: 70_000), "a'b\"c\\", "line\nbreak"]
            let bench = try await Bench(
                fixture, .insert, "customers", columns: ["id", "email", "name", "note"], read: texts.count)
            try await bench.apply(
                texts.enumerated().map { [.integer(Int64($0)), .text("m\($0)"), "n", .text($1)] })
            let rows = try await fixture.rows("SELECT note FROM customers ORDER BY id")
            try expect(rows.flatMap { $0 }, texts, "texts")
        },
    ]
}
