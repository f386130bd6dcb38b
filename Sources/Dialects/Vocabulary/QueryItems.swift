package import BulkModel
import Formats

/// The query of a request's address, decoded; a name that comes twice is refused, since no parameter here is a list.
package struct QueryItems: Hashable, Sendable {
    private var values: [String: String] = [:]

    package init() {}

    /// From the text after `?`: UTF-8, percent-encoded, `+` is a space. Throws INVALID_REQUEST for what is not that.
    package init(parsing text: some StringProtocol) throws(Refusal) {
        for item in text.split(separator: "&", omittingEmptySubsequences: true) {
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let rawValue = parts.count > 1 ? parts[1] : ""
            guard let name = PercentDecoding.decode(parts[0].utf8, plusIsSpace: true),
                let value = PercentDecoding.decode(rawValue.utf8, plusIsSpace: true)
            else {
                throw Refusal(.invalidRequest, "The query is not percent-encoded UTF-8; encode it anew.")
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw Self.refusal(of: name, "The parameter comes twice; send it once.")
            }
        }
    }

    /// These parameters, whose names differ.
    init(_ items: [(name: String, value: String)]) {
        values = Dictionary(items.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    /// The parameter's value, nil when it is not there.
    package subscript(name: String) -> String? { values[name] }

    /// Names and values, in the order of the names.
    var all: [(name: String, value: String)] {
        values.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
    }

    /// Refuses parameters that the route does not know, all of them at once.
    package func check(known: Set<String>) throws(Refusal) {
        let unknown = values.keys.filter { !known.contains($0) }.sorted()
        guard !unknown.isEmpty else { return }
        let names = known.isEmpty ? "none" : known.sorted().joined(separator: ", ")
        throw Refusal(
            .invalidRequest, issue: "unknown_parameter",
            "The query has parameters that are not known here; known: \(names).",
            details: unknown.map {
                Refusal.Detail(field: $0, code: .invalidRequest, message: "Unknown query parameter.")
            })
    }

    /// The parameter as a whole number in `range`, nil when it is not there.
    package func integer(_ name: String, in range: ClosedRange<Int>) throws(Refusal) -> Int? {
        guard let text = values[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            let bounds =
                range.upperBound == .max
                ? "from \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
            throw Self.refusal(of: name, "Must be a whole number \(bounds).")
        }
        return number
    }

    /// The parameters by name as an object, for readers of fields: a whole number or truth value where the text is one
    /// and the name is among these, else a text.
    func object(numbers: Set<String>, flags: Set<String>) -> JSONValue {
        let items = values.sorted { $0.key < $1.key }
        return .object(
            items.map { name, text in
                if numbers.contains(name), let number = Int64(text) { return .init(name, .integer(number)) }
                if flags.contains(name), let flag = Bool(text) { return .init(name, .bool(flag)) }
                return .init(name, .string(text))
            })
    }

    /// The refusal of one parameter.
    package static func refusal(of name: String, _ message: String) -> Refusal {
        Refusal(
            .invalidRequest, issue: "invalid_parameter", "Query parameter \(name): \(message)",
            details: [Refusal.Detail(field: name, code: .invalidRequest, message: message)])
    }
}
