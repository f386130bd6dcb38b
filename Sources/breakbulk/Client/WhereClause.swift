import Formats

/// One condition of `--where`: a column, a sign and a value, such as `total_amount>=100`.
struct WhereClause: Hashable, Sendable {
    let column: String
    let sign: Sign
    let value: JSONValue

    /// The longer ones first, since the shorter begin them.
    enum Sign: String, CaseIterable, Sendable {
        case notEqual = "!="
        case lessOrEqual = "<="
        case greaterOrEqual = ">="
        case equal = "="
        case less = "<"
        case greater = ">"

        /// What the server's filters call it.
        fileprivate var test: String {
            switch self {
            case .equal: "eq"
            case .notEqual: "ne"
            case .less: "lt"
            case .lessOrEqual: "lte"
            case .greater: "gt"
            case .greaterOrEqual: "gte"
            }
        }
    }

    /// Nil when there is no sign in it, or no column before the sign.
    init?(_ text: String) {
        guard let place = text.firstIndex(where: { "=!<>".contains($0) }),
            let sign = Sign.allCases.first(where: { text[place...].hasPrefix($0.rawValue) })
        else { return nil }
        column = Self.trimmed(text[..<place])
        self.sign = sign
        value = CommandValue.read(Self.trimmed(text[place...].dropFirst(sign.rawValue.count)))
        guard !column.isEmpty else { return nil }
    }

    /// As a filter of a request.
    var filter: JSONValue {
        switch (sign, value) {
        case (.equal, .null): .object([.init(column, ["isNull": true])])
        case (.notEqual, .null): .object([.init(column, ["isNull": false])])
        case (.equal, _): .object([.init(column, value)])
        default: .object([.init(column, .object([.init(sign.test, value)]))])
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text.drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
