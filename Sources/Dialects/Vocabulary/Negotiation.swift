import BulkModel

/// Content negotiation (RFC 9110, 12.5), as far as results and streams need it.
enum Negotiation {
    /// The first format of highest weight that the header names; nil (the job's own) when it names none of ours.
    static func format(accept: String?) -> ContentFormat? {
        var best: (format: ContentFormat, weight: Double)?
        for (name, weight) in items(accept) where weight > 0 {
            guard let format = formats[name], weight > best?.weight ?? 0 else { continue }
            best = (format, weight)
        }
        return best?.format
    }

    /// True when the header, if there is one, takes one of these types: by name, or by a range that they are in. The nearest
    /// entry counts, so `*/*, text/csv;q=0` does not take text/csv.
    static func takes(anyOf names: [String], accept: String?) -> Bool {
        let weights = Dictionary(items(accept), uniquingKeysWith: { first, _ in first })
        guard !weights.filter({ !$0.key.isEmpty }).isEmpty else { return true }
        return names.contains { name in
            let range = name.prefix { $0 != "/" } + "/*"
            return (weights[name] ?? weights[String(range)] ?? weights["*/*"] ?? 0) > 0
        }
    }

    /// True when the header takes gzip: by name, or by `*` where gzip is not named.
    static func takesGzip(acceptEncoding: String?) -> Bool {
        let weights = Dictionary(items(acceptEncoding), uniquingKeysWith: { first, _ in first })
        return (weights["gzip"] ?? weights["x-gzip"] ?? weights["*"] ?? 0) > 0
    }

    private static let formats: [String: ContentFormat] = [
        "text/csv": .csv, "application/json": .json, "application/x-ndjson": .ndjson,
        "application/ndjson": .ndjson, "application/jsonl": .ndjson, "application/x-jsonlines": .ndjson,
    ]

    private static func items(_ header: String?) -> [(String, Double)] {
        (header ?? "").lowercased().split(separator: ",").map { item in
            let parts = item.filter { $0 != " " && $0 != "\t" }.split(separator: ";")
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) }
            return (parts.first.map(String.init) ?? "", weight ?? 1)
        }
    }
}
