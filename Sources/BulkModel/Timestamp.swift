/// A point in time, in whole microseconds since 1970-01-01T00:00:00Z; no Foundation, no time zone but UTC.
package struct Timestamp: Hashable, Comparable, Sendable {
    /// Microseconds since the Unix epoch; negative before it.
    package var microseconds: Int64

    package init(microseconds: Int64) { self.microseconds = microseconds }

    /// From whole Unix seconds.
    package init(unixSeconds: Int64) { microseconds = unixSeconds * 1_000_000 }

    /// Whole Unix seconds, rounded down.
    package var unixSeconds: Int64 {
        microseconds >= 0 ? microseconds / 1_000_000 : (microseconds - 999_999) / 1_000_000
    }

    package static func < (a: Timestamp, b: Timestamp) -> Bool { a.microseconds < b.microseconds }

    /// The time `duration` later (or earlier, when negative).
    package static func + (time: Timestamp, duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        return Timestamp(
            microseconds: time.microseconds + seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
    }

    /// How long after `earlier` this is.
    package func since(_ earlier: Timestamp) -> Duration {
        .microseconds(microseconds - earlier.microseconds)
    }

    /// RFC 3339 in UTC: `2026-01-29T10:00:00Z`, with milliseconds only when there are any.
    package var rfc3339: String {
        let seconds = unixSeconds
        let milliseconds = Int((microseconds - seconds * 1_000_000) / 1000)
        let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let clock = Int(seconds - days * 86_400)
        let (year, month, day) = Self.civil(fromDays: days)
        var text = "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))T"
        text +=
            "\(Self.padded(clock / 3600, 2)):\(Self.padded(clock / 60 % 60, 2)):\(Self.padded(clock % 60, 2))"
        if milliseconds > 0 { text += ".\(Self.padded(milliseconds, 3))" }
        return text + "Z"
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// The proleptic Gregorian date of a day count. Source: Howard Hinnant, "chrono-Compatible Low-Level Date
    /// Algorithms", `civil_from_days`.
    private static func civil(fromDays days: Int64) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (Int(year), Int(month), Int(day))
    }
}
