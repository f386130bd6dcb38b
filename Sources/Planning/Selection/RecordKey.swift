/// The value that identifies a record: a whole number where the key's column holds such, else its text.
package enum RecordKey: Hashable, Sendable {
    case integer(Int64)
    case text(String)

    /// As text, whichever it is.
    package var text: String {
        switch self {
        case .integer(let number): String(number)
        case .text(let text): text
        }
    }
}
