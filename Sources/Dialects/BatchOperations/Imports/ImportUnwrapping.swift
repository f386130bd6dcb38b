import BulkModel
import Formats

/// Takes records and options out of what wraps them, while it arrives and in constant memory.
protocol ImportUnwrapping: Sendable {
    /// Takes the next piece of the body once `next` has given nil.
    mutating func take(_ bytes: [UInt8])

    /// What comes next; nil when that takes more bytes.
    mutating func next() throws(Refusal) -> ImportStep?

    /// Refuses a body that ends too early.
    func finish() throws(Refusal)
}

extension Refusal {
    /// Of a body that is not what it must be.
    init(ofBody error: FormatError) {
        let code: ErrorCode =
            switch error.code {
            case .badHeader, .badSyntax, .tooDeep, .duplicateKey, .corrupt: .invalidRequest
            case .badEncoding: .unsupportedMediaType
            case .truncated: .uploadIncomplete
            case .expandsTooMuch, .tooLarge: .payloadTooLarge
            }
        self.init(
            code, issue: error.code.rawValue, error.message,
            details: [.init(field: nil, code: code, message: error.message, position: error.position)])
    }
}
