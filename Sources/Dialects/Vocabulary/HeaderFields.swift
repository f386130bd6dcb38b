/// The header lines of a request, by name without regard to case.
package struct HeaderFields: Hashable, Sendable {
    private var values: [String: [String]] = [:]

    package init() {}

    /// From name and value pairs, in the order they came in.
    package init(_ lines: some Sequence<(String, String)>) {
        for (name, value) in lines { values[name.lowercased(), default: []].append(value) }
    }

    /// The value, or several joined by a comma (RFC 9110, 5.3); nil when there is none.
    package subscript(name: String) -> String? {
        guard let all = values[name.lowercased()] else { return nil }
        return all.count == 1 ? all[0] : all.joined(separator: ", ")
    }

    /// How many lines carry this name: credentials and lengths must not come twice.
    package func count(of name: String) -> Int { values[name.lowercased()]?.count ?? 0 }

    /// Takes the lines of this name out.
    mutating func remove(_ name: String) { values[name.lowercased()] = nil }
}
