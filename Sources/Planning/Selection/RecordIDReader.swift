import BulkModel
import Formats

/// Makes keys of the ids that a request lists.
struct RecordIDReader {
    let column: ColumnDescription
    let limits: Limits
    var faults: SelectionFaults

    private static let field = "recordIds"

    /// Each id once, at its first place; of use only while there are no faults.
    mutating func keys(_ ids: [JSONValue]) -> [RecordKey] {
        guard !ids.isEmpty else {
            faults.add("no_record_ids", field: Self.field, .invalidRequest, "`recordIds` lists no record.")
            return []
        }
        guard ids.count <= limits.recordIDsMax else {
            faults.add(
                "too_many_record_ids", field: Self.field, .invalidRequest,
                "`recordIds` lists \(ids.count) records, more than \(limits.recordIDsMax); send several requests."
            )
            return []
        }
        var keys: [RecordKey] = []
        var known: Set<RecordKey> = []
        for (index, id) in ids.enumerated() {
            guard let key = key(id) else {
                faults.add(
                    "invalid_record_ids", field: "\(Self.field).\(index)", .invalidValue,
                    "An id is a text or a number (`recordIds`, place \(index)).")
                continue
            }
            if known.insert(identity(of: key)).inserted { keys.append(key) }
        }
        return keys
    }

    private func key(_ id: JSONValue) -> RecordKey? {
        switch id {
        case .integer(let number):
            if case .any = column.type { return .integer(number) }
            return key(of: String(number))
        case .number(let digits): return key(of: digits)
        case .string(let text): return key(of: text)
        case .null, .bool, .array, .object: return nil
        }
    }

    /// An id that the column cannot hold stays text: it is just not found.
    private func key(of text: String) -> RecordKey {
        switch column.type {
        case .integer:
            if case .value(let number) = IntegerText.read(Array(text.utf8).span) { return .integer(number) }
        case .boolean:
            if let flag = BooleanText.read(Array(text.utf8).span) { return .integer(flag ? 1 : 0) }
        case .uuid, .time:
            guard case .value(.text(let stored)) = OperandReader(column).read(.string(text)) else { break }
            return .text(stored)
        case .real, .decimal, .date, .timestamp, .json, .text, .blob, .any: break
        }
        return .text(text)
    }

    /// What spellings of one key have in common, where the type alone tells.
    private func identity(of key: RecordKey) -> RecordKey {
        guard case .text(let text) = key else { return key }
        switch column.type {
        case .real, .decimal: return .text(Self.plain(number: text))
        default: return key
        }
    }

    /// A number without sign of plus and idle zeros: `+05.10` → `5.1`; with an exponent as it stands.
    private static func plain(number: String) -> String {
        guard !number.contains(where: { $0 == "e" || $0 == "E" }) else { return number.lowercased() }
        let parts = number.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        var whole = parts[0].drop { $0 == "+" }
        let isNegative = whole.first == "-"
        whole = whole.drop { $0 == "-" }.drop { $0 == "0" }
        var fraction = parts.count > 1 ? parts[1] : ""
        while fraction.last == "0" { fraction.removeLast() }
        let digits = (whole.isEmpty ? "0" : String(whole)) + (fraction.isEmpty ? "" : "." + fraction)
        return isNegative && digits != "0" ? "-" + digits : digits
    }
}
