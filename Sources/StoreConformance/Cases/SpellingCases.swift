import BulkModel
import Engine
import Formats
import Planning

/// Values that can be written in several ways: whichever it is, they are one value.
enum SpellingCases {
    private static let lower = "0190e2b4-0000-7000-8000-00000000000a"
    private static let upper = "0190E2B4-0000-7000-8000-00000000000A"

    static let all = [
        ConformanceCase("a UUID is one key in either case, and is found in either") { fixture in
            try await fixture.execute("CREATE TABLE tokens (id UUID NOT NULL PRIMARY KEY, word VARCHAR(20))")
            let bench = try await Bench(fixture, .upsert, "tokens", columns: ["id", "word"], read: 3)
            let applied = try await bench.apply(texts: [[lower, "a"], [upper, "b"], [upper, "b"]])
            try expect(applied.outcomes, "created updated unchanged", "outcomes")
            try expect(try await fixture.rows("SELECT id, word FROM tokens"), [[lower, "b"]], "rows")
            let listed = try await SelectionBench(
                fixture, .update, .listed([.string(upper)]), in: "tokens", set: ["word": "c"])
            try expect(try await listed.walk(max: 5).map(\.outcomes), ["updated"], "by its id")
            let found = try await SelectionBench(
                fixture, .delete, .matching(.having("id", .among, [.string(upper)])), in: "tokens",
                job: "bulk-op-2")
            try expect(try await found.walk(max: 5).map(\.outcomes), ["deleted"], "by a filter")
        },
        ConformanceCase("a time is one key with and without its seconds") { fixture in
            try await fixture.execute(
                "CREATE TABLE shifts (begins TIME NOT NULL PRIMARY KEY, word VARCHAR(20))")
            let bench = try await Bench(fixture, .upsert, "shifts", columns: ["begins", "word"], read: 3)
            let applied = try await bench.apply(texts: [["10:00", "a"], ["10:00:00", "b"], ["10:30", "c"]])
            try expect(applied.outcomes, "created updated created", "outcomes")
            try expect(
                try await fixture.rows("SELECT begins, word FROM shifts ORDER BY begins"),
                [["10:00:00", "b"], ["10:30:00", "c"]], "rows")
            let found = try await SelectionBench(
                fixture, .delete, .matching(.having("begins", .eq, "10:30")), in: "shifts")
            try expect(try await found.walk(max: 5).map(\.outcomes), ["deleted"], "by a filter")
        },
        ConformanceCase("a timestamp written with an offset is the same moment when it is looked for") {
            fixture in
            try await fixture.execute(
                "CREATE TABLE moments (id INTEGER NOT NULL PRIMARY KEY, passed TIMESTAMP)")
            let bench = try await Bench(fixture, .upsert, "moments", columns: ["id", "passed"], read: 6)
            let applied = try await bench.apply(texts: [
                ["1", "2026-05-01T10:00:00+02:00"], ["2", "2026-01-01T00:30:00.25-01:30"],
                ["3", "2026-05-01 08:00:00"], ["4", "2026-01-01T00:30:00+01:00"],
                ["4", "2025-12-31T22:00:00-00:30"], ["1", "2026-05-01T10:00:00+02:00"],
            ])
            try expect(applied.outcomes, "created*4 updated unchanged", "outcomes")
            let moments: [(text: String, keys: String)] = [
                ("2026-05-01T10:00:00+02:00", "1 3"), ("2026-05-01T08:00:00Z", "1 3"),
                ("2026-01-01T02:00:00.25Z", "2"), ("2025-12-31T22:30:00Z", "4"),
                ("2026-05-01T10:00:00Z", ""),
            ]
            for (number, moment) in moments.enumerated() {
                let found = try await SelectionBench(
                    fixture, .update, .matching(.having("passed", .eq, .string(moment.text))), in: "moments",
                    set: ["passed": .string(moment.text)], job: "bulk-op-\(number)")
                let chunks = try await found.walk(max: 5)
                try expect(chunks.map(\.keys).joined(), moment.keys, moment.text)
            }
        },
    ]
}
