import BulkModel
import Formats

/// Values as they are typed on the command line.
enum CommandValue {
    /// Numbers, `true`, `false`, `null` and texts in double quotes are what they are in JSON; all else is text.
    static func read(_ text: String) -> JSONValue {
        // What is no JSON is not lost: it is the text itself.
        guard let value = try? JSONParser.parse(Array(text.utf8), limits: Limits()) else {
            return .string(text)
        }
        switch value {
        case .array, .object: return .string(text)
        case .null, .bool, .integer, .number, .string: return value
        }
    }
}
