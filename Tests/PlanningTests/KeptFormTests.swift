import BulkModel
import Formats
import Planning
import Testing

@Suite("What databases keep less of than a type says")
struct KeptFormTests {
    private func outcome(_ texts: [String], _ declared: String, _ form: KeptForm) -> [String] {
        var described = column("c", declared)
        described.keptForm = form
        let planned = PlannedColumn(column: described, isRequired: false, isKey: false, enumeration: nil)
        let plan = Plan(
            operation: .insert, table: TableDescription(name: "t", columns: [described], primaryKey: []),
            inputs: [.column(planned)], key: [], tenant: nil, inputNames: ["c"])
        let bound = Binder(plan: plan, emptyIs: .absent).bind(batch(["c"], texts.map { [.bare($0)] }))
        return texts.indices.map { index in
            bound.faults.first { $0.index == index }?.fault.issue ?? bound.words(index)
        }
    }

    @Test(
        "Where the offset is dropped, the time becomes UTC's, over midnights and ends of months and years",
        arguments: [
            ("2026-05-01T10:00:00+02:00", "2026-05-01T08:00:00"), ("2026-05-01 10:00+02", "2026-05-01 08:00"),
            ("2026-05-01T10:00:00.123456-0530", "2026-05-01T15:30:00.123456"),
            ("2024-03-01T00:15:00+01:00", "2024-02-29T23:15:00"),
            ("2023-03-01T00:15:00+01:00", "2023-02-28T23:15:00"),
            ("2026-01-01T00:00:00+00:01", "2025-12-31T23:59:00"),
            ("2025-12-31T23:59:60-00:01", "2026-01-01T00:00:60"),
            ("2024-02-28T23:00:00-01:00", "2024-02-29T00:00:00"),
            ("2026-04-30T23:30:00-23:59", "2026-05-01T23:29:00"),
            ("2026-05-01T10:00:00+00:00", "2026-05-01T10:00:00"),
            ("9999-12-31T23:00:00-01:00", "0000-01-01T00:00:00"),
            ("2026-05-01T10:00:00Z", "2026-05-01T10:00:00Z"), ("2026-05-01T10:00:00", "2026-05-01T10:00:00"),
            ("2026-05-01", "2026-05-01"),
        ])
    func utc(text: String, expected: String) {
        #expect(
            outcome(["2026-01-01", text], "TIMESTAMP", .withoutOffset) == [
                "text 2026-01-01", "text \(expected)",
            ])
    }

    @Test("Where decimals become Doubles, those that would change are refused, and no others")
    func doubles() {
        let kept = [
            "0", "0e999", "-1.50", "123456789012345", "0.000123456789012345", "9223372036854775807",
            "-9223372036854775808", "123456789012345.67", "1e300", "0.1", "100000000000000000000",
        ]
        #expect(outcome(kept, "NUMERIC", .asDouble) == kept.map { "text \($0)" })
        let changed = [
            "12345678901234567890.1234567891", "1e400", "-1e400", "1e-400", "9223372036854775809",
            "0.1234567890123456789", "1.23456789012345e-320", "9007199254740993.5",
        ]
        #expect(outcome(changed, "DECIMAL", .asDouble) == changed.map { _ in "too_many_digits" })
    }

    @Test("Elsewhere times and decimals stay as they are written")
    func asWritten() {
        #expect(
            outcome(["2026-05-01T10:00:00+02:00"], "TIMESTAMP", .asDouble) == [
                "text 2026-05-01T10:00:00+02:00"
            ])
        #expect(outcome(["1e400"], "NUMERIC", .withoutOffset) == ["text 1e400"])
    }

    @Test("UUIDs and times have one spelling in every record of a batch")
    func spellings() {
        let upper = "0190E2B4-0000-7000-8000-00000000000A"
        let lower = "0190e2b4-0000-7000-8000-00000000000a"
        #expect(
            outcome([upper, lower, "", upper], "UUID", .asDouble) == [
                "text \(lower)", "text \(lower)", "absent", "text \(lower)",
            ])
        #expect(
            outcome(["10:00", "10:00:30", "x", "10:30"], "TIME", .asDouble)
                == ["text 10:00:00", "text 10:00:30", "wrong_type", "text 10:30:00"])
    }
}
