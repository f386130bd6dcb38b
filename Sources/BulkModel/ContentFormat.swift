/// The wire format of an upload or result.
package enum ContentFormat: String, CaseIterable, Sendable {
    case csv = "CSV"
    case json = "JSON"
    case ndjson = "NDJSON"

    /// The media type with its character set, as sent in `Content-Type` (`header=present`: RFC 4180, 3).
    package var mediaType: String {
        switch self {
        case .csv: "text/csv; charset=utf-8; header=present"
        case .json: "application/json"
        case .ndjson: "application/x-ndjson"
        }
    }
}
