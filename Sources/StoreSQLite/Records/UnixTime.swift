import BulkModel
import Planning

/// Times that are stored as numbers: Unix seconds, or milliseconds from 1e11 on, as `ValueForm.instant` compares them.
enum UnixTime {
    /// RFC 3339 with milliseconds, which is what SQLite's own functions keep; a date column's midnight is the date alone. Nil
    /// for what lies outside the years 0 to 9999.
    static func text(_ number: Double, _ type: ValueType) -> String? {
        let seconds = abs(number) >= 1e11 ? number / 1000 : number
        guard seconds >= -62_167_219_200, seconds < 253_402_300_799 else { return nil }
        let milliseconds = (seconds * 1000 + 0.5).rounded(.down)
        let text = Timestamp(microseconds: Int64(milliseconds) * 1000).rfc3339
        guard type == .date, text.hasSuffix("T00:00:00Z") else { return text }
        return String(text.prefix(10))
    }
}
