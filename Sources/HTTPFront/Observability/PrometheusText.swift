/// Writes the Prometheus text format, version 0.0.4. Source: Prometheus, "Exposition formats".
struct PrometheusText {
    /// The `Content-Type` of the format.
    static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

    enum Kind: Hashable {
        case counter
        case gauge
        case histogram(bounds: [Double])

        var bounds: [Double] {
            if case .histogram(let bounds) = self { bounds } else { [] }
        }

        var word: String {
            switch self {
            case .counter: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        }
    }

    /// Label names and values, sorted and escaped: `route="/v1/bulk/jobs"`.
    struct Labels: Hashable {
        let text: String

        init(_ dimensions: [(String, String)]) {
            text = dimensions.sorted { $0.0 < $1.0 }.map { name, value in
                "\(PrometheusText.name(name, suffix: ""))=\"\(PrometheusText.escaped(value))\""
            }.joined(separator: ",")
        }

        /// With `le` added, as buckets have it.
        func with(bound: String) -> String { text.isEmpty ? "le=\"\(bound)\"" : "\(text),le=\"\(bound)\"" }
    }

    private(set) var text = ""

    mutating func begin(_ name: String, _ kind: Kind) { text += "# TYPE \(name) \(kind.word)\n" }

    mutating func add(_ name: String, _ kind: Kind, _ labels: Labels, _ snapshot: MetricSeries.Snapshot) {
        guard case .histogram(let bounds) = kind else { return line(name, labels, snapshot.value) }
        var count = 0
        for (bound, inBucket) in zip(bounds, snapshot.buckets) {
            count += inBucket
            text += "\(name)_bucket{\(labels.with(bound: Self.number(bound)))} \(count)\n"
        }
        text += "\(name)_bucket{\(labels.with(bound: "+Inf"))} \(snapshot.count)\n"
        line("\(name)_sum", labels, snapshot.value)
        line("\(name)_count", labels, Double(snapshot.count))
    }

    mutating func line(_ name: String, _ labels: Labels, _ value: Double) {
        text += labels.text.isEmpty ? name : "\(name){\(labels.text)}"
        text += " \(Self.number(value))\n"
    }

    /// A name as Prometheus takes it, `[a-zA-Z_][a-zA-Z0-9_]*`, ending in the suffix.
    static func name(_ label: String, suffix: String) -> String {
        var name = String(
            label.unicodeScalars.map { scalar -> Character in
                let isPlain =
                    scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
                return isPlain ? Character(scalar) : "_"
            })
        if name.first?.isNumber ?? true { name = "_" + name }
        return name.hasSuffix(suffix) ? name : name + suffix
    }

    /// "label_value can be any sequence of UTF-8 characters, but the backslash, double-quote, and line feed characters
    /// have to be escaped"; other controls are dropped.
    static func escaped(_ value: String) -> String {
        var text = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            case "\u{0}"..."\u{1F}": break
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    /// Whole numbers without a fraction; others as Swift prints them, which is the shortest that reads back the same.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }
}
