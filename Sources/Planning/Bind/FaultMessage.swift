import Formats

/// Puts refused fields into words for the caller.
enum FaultMessage {
    /// Characters of a value that are quoted.
    static let quotedMax = 80
    /// Allowed values that are listed.
    static let allowedMax = 30

    /// One field's problem in words; `text` is its value, as far as there is one.
    static func words(for problem: FieldProblem, name: String, planned: PlannedColumn?, text: Span<UInt8>)
        -> String
    {
        switch problem {
        case .missing: return "\(name) needs a value"
        case .null: return "\(name) must not be null"
        case .foreignTenant: return "\(quoted(text)) is not the caller's tenant; leave \(name) out"
        case .wrongType:
            return "\(quoted(text)) \(planned.map { wrongType($0.column.type) } ?? "is not valid")"
        case .notJSON: return "\(quoted(text)) \(wrongType(.json))"
        case .outOfRange, .tooManyDigits, .tooManyDecimals, .tooLong:
            return "\(quoted(text)) \(planned.map { bound($0.column, problem, text) } ?? "is out of range")"
        case .notKept: return "\(quoted(text)) \(notKept(planned?.column.declaredType ?? "such a column"))"
        case .notAllowed: return "\(quoted(text)) is not one of \(list(planned?.enumeration ?? []))"
        }
    }

    /// The value in quotes; when it is long, its beginning and how long it is.
    static func quoted(_ text: Span<UInt8>) -> String {
        // A scalar has at most four bytes, so this many bytes hold every character that is shown.
        let head = copy(text, countMax: quotedMax * 4 + 4)
        let shown = String(decoding: head, as: UTF8.self)
        guard text.scalarCount > quotedMax else { return "\"\(shown)\"" }
        let cut = String(String.UnicodeScalarView(shown.unicodeScalars.prefix(quotedMax)))
        return "\"\(cut)…\" (cut after \(quotedMax) of \(text.scalarCount) characters)"
    }

    private static func copy(_ text: Span<UInt8>, countMax: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        for index in 0..<min(text.count, countMax) { bytes.append(text[index]) }
        return bytes
    }

    private static func wrongType(_ type: ValueType) -> String {
        switch type {
        case .integer: "is not an integer"
        case .real: "is not a number"
        case .decimal: "is not a decimal number"
        case .boolean: "is not a boolean (true or false)"
        case .date: "is not a date (YYYY-MM-DD)"
        case .timestamp: "is not a timestamp (like 2026-01-29T10:00:00Z)"
        case .time: "is not a time (HH:MM or HH:MM:SS)"
        case .uuid: "is not a UUID"
        case .json: "is not JSON"
        case .blob: "is neither base64 nor \\x followed by hexadecimal digits"
        case .text, .any: "is not valid"
        }
    }

    private static func bound(_ column: ColumnDescription, _ problem: FieldProblem, _ text: Span<UInt8>)
        -> String
    {
        switch (column.type, problem) {
        case (.integer(let min, let max), _): "is out of range: \(column.name) takes \(min) to \(max)"
        case (.decimal(_, let scale), .tooManyDecimals):
            "has more decimals than \(column.declaredType) keeps (\(scale ?? 0))"
        case (.decimal(let precision, let scale), _):
            "has more than \((precision ?? 0) - (scale ?? 0)) digits before the point, too many for \(column.declaredType)"
        case (.text(let lengthMax), _):
            "has \(text.scalarCount) characters; \(column.name) takes at most \(lengthMax ?? 0)"
        default: "is out of range"
        }
    }

    private static func notKept(_ declaredType: String) -> String {
        "would become another number: the database keeps 15 digits of \(declaredType), and no more than 1.7e308; "
            + "shorten it, or declare the column as TEXT"
    }

    private static func list(_ allowed: [String]) -> String {
        let shown = allowed.prefix(allowedMax).joined(separator: ", ")
        guard allowed.count > allowedMax else { return shown }
        return "\(shown) and \(allowed.count - allowedMax) more"
    }
}
