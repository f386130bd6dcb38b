import BulkModel
import Testing

/// Times as callers see them.
@Suite struct TimestampTests {
    @Test(
        "a time is written as RFC 3339 in UTC, with milliseconds only when there are any",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (1_769_680_800_000_000, "2026-01-29T10:00:00Z"),
            (951_782_400_000_000, "2000-02-29T00:00:00Z"), (951_868_799_999_999, "2000-02-29T23:59:59.999Z"),
            (4_107_542_400_000_000, "2100-03-01T00:00:00Z"), (1_000, "1970-01-01T00:00:00.001Z"),
            (-1, "1969-12-31T23:59:59.999Z"), (-86_400_000_000, "1969-12-31T00:00:00Z"),
            (-62_135_596_800_000_000, "0001-01-01T00:00:00Z"),
        ] as [(Int64, String)])
    func rfc3339(microseconds: Int64, text: String) {
        #expect(Timestamp(microseconds: microseconds).rfc3339 == text)
    }

    @Test("adding a duration and measuring it back agree, before 1970 as well")
    func arithmetic() {
        let start = Timestamp(unixSeconds: -10)
        #expect((start + .milliseconds(10_500)).microseconds == 500_000)
        #expect((start + .seconds(-1)).unixSeconds == -11)
        #expect((start + .seconds(3)).since(start) == .seconds(3))
        #expect(Timestamp(microseconds: -1).unixSeconds == -1)
        #expect(start < start + .microseconds(1))
    }
}
