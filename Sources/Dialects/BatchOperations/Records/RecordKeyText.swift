import BulkModel
import Formats

/// Finds the id of a record that is there as JSON.
enum RecordKeyText {
    /// The column's value as it stands in a path; nil when it is no text and no number.
    static func of(_ column: String, in record: [UInt8]) -> String? {
        // A record that cannot be read back only has no address.
        switch (try? JSONParser.parse(record, limits: Limits()))?[column] {
        case .string(let text): text
        case .integer(let number): String(number)
        case .number(let digits): digits
        default: nil
        }
    }
}
