/// Reads sizes in bytes: `1048576`, `64MiB`, `10 GiB`, `5MB`.
enum ByteSize {
    private static let units: [(name: String, bytes: Int)] = [
        ("kib", 1 << 10), ("mib", 1 << 20), ("gib", 1 << 30), ("tib", 1 << 40),
        ("kb", 1_000), ("mb", 1_000_000), ("gb", 1_000_000_000), ("tb", 1_000_000_000_000), ("b", 1),
    ]

    /// Nil when it is no whole number of a known unit, or beyond 63 bits.
    static func read(_ text: String) -> Int? {
        let lowercased = text.lowercased()
        let unit = units.first { lowercased.hasSuffix($0.name) } ?? (name: "", bytes: 1)
        let digits = lowercased.dropLast(unit.name.count).filter { $0 != " " }
        guard let count = Int(digits), count >= 0 else { return nil }
        let (bytes, hasOverflowed) = count.multipliedReportingOverflow(by: unit.bytes)
        return hasOverflowed ? nil : bytes
    }
}
