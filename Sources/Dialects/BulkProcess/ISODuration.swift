/// Durations as ISO 8601 writes them (4.4.3.2), in hours, minutes and seconds: `PT2M15S`.
enum ISODuration {
    /// With milliseconds below a minute, where they are worth something.
    static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let milliseconds = attoseconds / 1_000_000_000_000_000
        guard (0..<60).contains(seconds), milliseconds > 0 else { return text(seconds: max(0, seconds)) }
        let digits = String(1000 + milliseconds).dropFirst()
        return "PT\(seconds).\(String(digits.reversed().drop { $0 == "0" }.reversed()))S"
    }

    /// An estimate: whole seconds, rounded up, a century at most.
    static func text(estimate seconds: Double) -> String {
        let secondsMax = 100 * 366 * 86_400.0
        return text(seconds: seconds.isFinite ? Int64(min(max(0, seconds.rounded(.up)), secondsMax)) : 0)
    }

    private static func text(seconds total: Int64) -> String {
        let (hours, minutes, seconds) = (total / 3600, total / 60 % 60, total % 60)
        var text = "PT"
        if hours > 0 { text += "\(hours)H" }
        if minutes > 0 { text += "\(minutes)M" }
        if seconds > 0 || total == 0 { text += "\(seconds)S" }
        return text
    }
}
