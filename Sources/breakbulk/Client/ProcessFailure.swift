import Formats

/// An `error` line of a bulk-process answer.
struct ProcessFailure: Hashable, Sendable {
    /// Nil when it is the stream that failed, not a record.
    var id: String?
    var code: String
    var message: String

    init(_ line: JSONValue) {
        switch line["recordId"] {
        case .string(let text)?: id = text
        case .integer(let number)?: id = String(number)
        default: id = nil
        }
        code = line["error"]?.string ?? line["code"]?.string ?? ""
        message = line["message"]?.string ?? ""
    }

    /// `order-3: LOCKED_RECORD: …`.
    var text: String { "\(id.map { "\($0): " } ?? "")\(code): \(message)" }
}
