import BulkModel

/// The names in `Content-Type` of what we read.
enum MediaType {
    /// The name that stands for the format.
    static func name(of format: ContentFormat) -> String {
        switch format {
        case .csv: "text/csv"
        case .json: "application/json"
        case .ndjson: "application/x-ndjson"
        }
    }

    /// All names in use for the format, in no order.
    static func names(of format: ContentFormat) -> [String] {
        formats.filter { $0.value == format }.map(\.key)
    }

    /// The type in the header line, in lower case and without parameters; empty when there is none.
    static func name(in header: String?) -> String {
        (header ?? "").prefix { $0 != ";" }.lowercased().filter { $0 != " " && $0 != "\t" }
    }

    /// The parameter's value in the header line, without quotes; nil when it has none (RFC 9110, 5.6.6).
    static func parameter(_ name: String, in header: String?) -> String? {
        for part in (header ?? "").split(separator: ";").dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, pair[0].lowercased().filter({ $0 != " " && $0 != "\t" }) == name else {
                continue
            }
            let value = pair[1].drop { $0 == " " }
            guard value.first == "\"" else { return String(value.prefix { $0 != " " }) }
            return String(value.dropFirst().prefix { $0 != "\"" })
        }
        return nil
    }

    /// The format that the name stands for, by any of the names in use.
    static func format(named name: String) -> ContentFormat? { formats[name] }

    private static let formats: [String: ContentFormat] = [
        "text/csv": .csv, "application/csv": .csv, "text/tab-separated-values": .csv,
        "application/vnd.ms-excel": .csv, "application/json": .json, "application/x-ndjson": .ndjson,
        "application/ndjson": .ndjson, "application/jsonl": .ndjson, "application/x-jsonlines": .ndjson,
    ]
}
