/// Durations in hours, minutes and seconds, whole numbers without gaps: `PT2M15S`, `PT1H0M30S` (RFC 3339, appendix A,
/// which allows no fractions).
enum ISODuration {
    /// Whole seconds, the rest left off.
    static func text(_ duration: Duration) -> String { text(seconds: max(0, duration.components.seconds)) }

    /// An estimate: whole seconds, rounded up, a century at most.
    static func text(estimate seconds: Double) -> String {
        let secondsMax = 100 * 366 * 86_400.0
        return text(seconds: seconds.isFinite ? Int64(min(max(0, seconds.rounded(.up)), secondsMax)) : 0)
    }

    private static func text(seconds total: Int64) -> String {
        let (hours, minutes, seconds) = (total / 3600, total / 60 % 60, total % 60)
        var text = "PT"
        if hours > 0 { text += "\(hours)H" }
        if minutes > 0 || hours > 0 && seconds > 0 { text += "\(minutes)M" }
        if seconds > 0 || total == 0 { text += "\(seconds)S" }
        return text
    }
}
