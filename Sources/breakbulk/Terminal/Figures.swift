/// Numbers as people read them.
enum Figures {
    /// `1,234,567`.
    static func grouped(_ number: Int) -> String {
        let digits = Array(String(number.magnitude))
        var text = number < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// `1 record`, `2 records`.
    static func counted(_ number: Int, _ noun: String) -> String {
        "\(grouped(number)) \(noun)\(number == 1 ? "" : "s")"
    }

    /// `850 B`, `12.3 kB`, `104.9 MB`: powers of 1000.
    static func bytes(_ count: Double) -> String {
        var value = count
        for unit in ["B", "kB", "MB"] {
            if value < 999.95 { return unit == "B" ? "\(Int(value)) B" : "\(tenths(value)) \(unit)" }
            value /= 1000
        }
        return "\(tenths(value)) GB"
    }

    /// `0:07`, `12:34`, `1:02:03`.
    static func clock(_ seconds: Int) -> String {
        let rest = "\(padded(seconds / 60 % 60)):\(padded(seconds % 60))"
        guard seconds < 3600 else { return "\(seconds / 3600):\(rest)" }
        return "\(seconds / 60):\(padded(seconds % 60))"
    }

    /// `0.4 s` below a minute, else as a clock.
    static func duration(_ duration: Duration) -> String {
        let seconds = seconds(duration)
        return seconds < 60 ? "\(tenths(seconds)) s" : clock(Int(seconds))
    }

    static func seconds(_ duration: Duration) -> Double {
        let (seconds, attoseconds) = duration.components
        return Double(seconds) + Double(attoseconds) / 1e18
    }

    private static func tenths(_ value: Double) -> String {
        let whole = Int((value * 10).rounded())
        return "\(whole / 10).\(whole % 10)"
    }

    private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
