/// A path with placeholders, `/v1/bulk/jobs/{job}`; its text is also the label of logs and metrics.
package struct RoutePattern: Hashable, Sendable, CustomStringConvertible {
    enum Segment: Hashable, Sendable {
        case literal(String)
        case placeholder(String)
    }

    package let description: String
    let segments: [Segment]

    package init(_ text: String) {
        description = text
        segments = text.split(separator: "/").map { part in
            part.hasPrefix("{") && part.hasSuffix("}")
                ? .placeholder(String(part.dropFirst().dropLast())) : .literal(String(part))
        }
    }

    /// What stands in the placeholders, nil when the path is another one: so are those whose table, or whose record of a
    /// table, is a word of the server.
    func match(_ path: [String]) -> [String: String]? {
        guard path.count == segments.count else { return nil }
        if isTables, ServerWords.all.contains(path[1]) { return nil }
        if isTables, path.count == 3, case .placeholder = segments[2],
            ServerWords.behindTables.contains(path[2])
        {
            return nil
        }
        var parameters: [String: String] = [:]
        for (segment, text) in zip(segments, path) {
            switch segment {
            case .literal(let literal): if literal != text { return nil }
            case .placeholder(let name): parameters[name] = text
            }
        }
        return parameters
    }

    /// `/v1/{table}…`
    private var isTables: Bool {
        segments.count > 1 && segments[0] == .literal("v1") && segments[1] == .placeholder("table")
    }

    /// More literals win, and the earlier one: `/v1/bulk/jobs` before `/v1/bulk/{table}`.
    var rank: [Int] {
        segments.map { if case .literal = $0 { 0 } else { 1 } }
    }
}
