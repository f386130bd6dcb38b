import Testing

@testable import Planning

@Suite("Times as RFC 3339")
struct TimeTextTests {
    @Test(
        "databases' spellings become RFC 3339",
        arguments: [
            ("2024-01-15 10:00:00+00", "2024-01-15T10:00:00Z"),
            ("2024-01-15 10:00:00", "2024-01-15T10:00:00Z"),
            ("2024-01-15 10:00:00.123456+00", "2024-01-15T10:00:00.123456Z"),
            ("2024-01-15T10:00:00Z", "2024-01-15T10:00:00Z"),
            ("2024-01-15t10:00:00z", "2024-01-15T10:00:00Z"),
            ("2024-01-15 10:00+02", "2024-01-15T10:00:00+02:00"),
            ("2024-01-15 10:00:00-0330", "2024-01-15T10:00:00-03:30"),
            ("2024-01-15 10:00:00+05:45", "2024-01-15T10:00:00+05:45"),
            ("2024-01-15 10:00:00-00:00", "2024-01-15T10:00:00Z"), ("2024-01-15", "2024-01-15T00:00:00Z"),
            ("infinity", nil), ("0044-03-15 10:00:00 BC", nil), ("2024-02-30 10:00:00", nil), ("", nil),
        ] as [(String, String?)])
    func spellings(text: String, expected: String?) {
        let written = TimeText.rfc3339(Array(text.utf8))
        #expect(written.map { String(decoding: $0, as: UTF8.self) } == expected)
    }
}
