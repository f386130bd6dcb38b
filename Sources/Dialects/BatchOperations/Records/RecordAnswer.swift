import BulkModel
import Engine
import Formats

/// Renders what became of the one operation of a request.
struct RecordAnswer: Sendable {
    /// The request's path, percent-encoded.
    var path: String
    var baseURL: String
    var table: String

    /// 200, 201 or 204, or why there is nothing to show.
    func make(_ outcome: BatchOutcome) -> Result<Answer, Refusal> {
        guard let result = outcome.results.first, outcome.results.count == 1 else {
            return .failure(Refusal(.internalError, "One operation had \(outcome.results.count) results."))
        }
        if let refusal = result.refusal { return .failure(refusal) }
        let status = BatchAnswer.status(of: result)
        guard let record = BatchAnswer.record(of: result) else { return .success(Answer(status: status)) }
        var writer = JSONWriter()
        writer.literal("{\"data\":")
        record.withUnsafeBytes { writer.raw($0) }
        writer.literal("}\n")
        var headers = [Header("Content-Type", "application/json")]
        let key = outcome.keyColumns[table]
        if status == 201, let key, let location = location(of: record, key) {
            headers.append(Header("Location", location))
        }
        return .success(Answer(status: status, headers: headers, body: .bytes(writer.take())))
    }

    /// The address of a record that a POST to `path` has made, or of the one that a PUT to `path` has.
    private func location(of record: [UInt8], _ key: String) -> String? {
        guard let id = RecordKeyText.of(key, in: record) else { return nil }
        let segment = PercentEncoding.segment(id)
        let base = path.hasSuffix("/") ? String(path.dropLast()) : path
        return baseURL + (base.hasSuffix("/\(segment)") ? base : "\(base)/\(segment)")
    }

    /// A page of a table's records.
    static func list(_ page: RecordPage, next: String?) -> Answer {
        var writer = JSONWriter()
        write(page, next: next, to: &writer)
        writer.literal("\n")
        return Answer(
            status: 200, headers: [Header("Content-Type", "application/json")], body: .bytes(writer.take()))
    }

    /// `{"data": [ … ], "meta": { … }}`
    static func write(_ page: RecordPage, next: String?, to writer: inout JSONWriter) {
        writer.literal("{\"data\":[")
        for (index, record) in page.records.enumerated() {
            if index > 0 { writer.literal(",") }
            writer.literal("\n")
            record.withUnsafeBytes { writer.raw($0) }
        }
        writer.literal("\n],\n\"meta\":")
        writer.value([
            "count": .integer(Int64(page.records.count)), "next_cursor": next.map(JSONValue.string) ?? .null,
            "has_more": .bool(next != nil),
        ])
        writer.literal("}")
    }
}
