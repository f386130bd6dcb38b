import Formats

/// One failed record, as the results tell of it.
struct FailedRecord: Hashable, Sendable {
    /// From 1.
    var record: Int
    /// From 1, found in the file itself; nil when that cannot be read again.
    var line: Int?
    var column: String?
    var code: String
    var message: String

    /// Shown after a load.
    static let shownMax = 5

    /// The records of a JSON result; those without an error are left out.
    static func list(_ value: JSONValue) -> [FailedRecord] {
        (value.array ?? []).compactMap { item in
            guard let record = added("_record", in: item)?.integer,
                let code = added("_error_code", in: item)?.string
            else { return nil }
            return FailedRecord(
                record: Int(record), line: nil, column: added("_column", in: item)?.string, code: code,
                message: added("_error", in: item)?.string ?? "")
        }
    }

    /// What the server added under that name, which has one more `_` in front when the table has a column of the name.
    private static func added(_ name: String, in item: JSONValue) -> JSONValue? {
        let longer = "_" + name
        return item[longer] == nil ? item[name] : added(longer, in: item)
    }

    /// `record 7, line 8, column amount: INVALID_VALUE: …`.
    var text: String {
        var place = "record \(record)"
        if let line { place += ", line \(line)" }
        if let column { place += ", column \(column)" }
        return "\(place): \(code): \(message)"
    }

    var value: JSONValue {
        [
            "record": .integer(Int64(record)), "line": line.map { .integer(Int64($0)) } ?? .null,
            "column": column.map(JSONValue.string) ?? .null, "code": .string(code),
            "message": .string(message),
        ]
    }
}
