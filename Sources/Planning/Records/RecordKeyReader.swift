package import Formats

/// Makes keys of the ids that requests name.
package struct RecordKeyReader: Sendable {
    let column: ColumnDescription
    private let reader: OperandReader

    package init(_ target: RecordTarget) {
        column = target.key
        reader = OperandReader(target.key)
    }

    /// The key that the text names; nil when the column cannot hold it, so that no record has it.
    package func key(of text: String) -> RecordKey? { key(of: .string(text)) }

    /// As `key(of:)` for a value of a body.
    package func key(of value: JSONValue) -> RecordKey? {
        switch reader.read(value) {
        case .value(.integer(let number)): return .integer(number)
        case .value(.text(let text)): return .text(text)
        case .value(.real):
            var bytes: [UInt8] = []
            _ = value.field(in: &bytes)
            return .text(String(decoding: bytes, as: UTF8.self))
        case .value(.blob), .null, .refused: return nil
        }
    }

    /// The condition that just the record of this key meets.
    package func condition(for key: RecordKey) -> Condition {
        let value: ConditionValue =
            switch (key, column.type) {
            case (.integer(let number), _): .integer(number)
            case (.text(let text), .real): Double(text).map { .real($0) } ?? .text(text)
            case (.text(let text), _): .text(text)
            }
        return .compare(column: column, .equal, value)
    }

    /// What all spellings of one key have in common, perhaps with other keys; nil when that cannot be told.
    package func identity(of key: RecordKey) -> String? {
        switch column.type {
        case .integer, .boolean: key.text
        // A collation may well take letters of either case and spaces at the end for the same.
        case .uuid, .text, .any: String(key.text.lowercased().reversed().drop { $0 == " " })
        case .real, .decimal, .date, .timestamp, .time, .json, .blob: nil
        }
    }
}
