import BulkModel
import Formats

/// Refuses records of an earlier result that could not be read then and were not corrected since: in their cells stands
/// the raw line, or nothing at all, and either would be stored as if it were meant.
struct UncorrectedRecord {
    private let malformed = Array(ErrorCode.malformedRecord.rawValue.utf8)
    private let tooLarge = Array(ErrorCode.recordTooLarge.rawValue.utf8)

    let inputs: EarlierResult

    /// The code that the record still bears; nil when it is to be taken. `first` is the place of its first field.
    func code(_ fields: Span<Field>, from first: Int, in text: Span<UInt8>) -> ErrorCode? {
        let field = fields[first + inputs.errorCode]
        guard Int(field.length) == malformed.count || Int(field.length) == tooLarge.count else {
            return nil
        }
        if case .absent = fields[first + inputs.record].kind { return nil }
        let word = text.extracting(field.range)
        if word.isEqual(to: malformed.span) { return .malformedRecord }
        return word.isEqual(to: tooLarge.span) ? .recordTooLarge : nil
    }

    /// `column` is the name by which the record told its code.
    static func fault(_ code: ErrorCode, column: String, at place: Position) -> Fault {
        let reason =
            code == .recordTooLarge
            ? "The record was too large the last time, and its content is not in this file; fill it in, made shorter"
            : "The record could not be read the last time; put its values into their own columns"
        return Fault(
            code, issue: "uncorrected", at: place, column: column,
            message: "\(reason), and empty \(column).")
    }
}
