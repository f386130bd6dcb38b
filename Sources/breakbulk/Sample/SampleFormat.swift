/// How sample rows are written.
enum SampleFormat: String, CaseIterable, Sendable {
    case csv, json, ndjson
}
