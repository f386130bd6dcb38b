/// All routes of all dialects; finds the one for a request.
package struct RouteTable: Sendable {
    package enum Match: Sendable {
        case route(Route, parameters: [String: String])
        /// The path exists for these methods only; refusals there have this shape.
        case otherMethods([Method], RefusalEnvelope)
        case none
    }

    private let routes: [Route]

    package init(_ dialects: [any Dialect]) {
        routes = dialects.flatMap(\.routes).sorted {
            $0.pattern.rank.lexicographicallyPrecedes($1.pattern.rank)
        }
    }

    /// The route for method and path (percent-encoded, without query); HEAD is served by GET's route.
    package func match(_ method: Method, path: some StringProtocol) -> Match {
        guard let segments = Self.segments(path) else { return .none }
        var others: Set<Method> = []
        var envelope: RefusalEnvelope?
        for route in routes {
            guard let parameters = route.pattern.match(segments) else { continue }
            envelope = envelope ?? route.envelope
            if route.method == method || (method == .head && route.method == .get) {
                return .route(route, parameters: parameters)
            }
            others.insert(route.method)
        }
        guard !others.isEmpty else { return .none }
        if others.contains(.get) { others.insert(.head) }
        return .otherMethods(Method.allCases.filter(others.contains), envelope ?? .problem)
    }

    /// The methods a path has, for `Allow`; empty when there is no such path.
    package func methods(ofPath path: some StringProtocol) -> [Method] {
        guard let segments = Self.segments(path) else { return [] }
        var found = Set(routes.filter { $0.pattern.match(segments) != nil }.map(\.method))
        if found.contains(.get) { found.insert(.head) }
        return Method.allCases.filter(found.contains)
    }

    /// One slash at the end is forgiven; empty segments and what is not percent-encoded UTF-8 match nothing.
    private static func segments(_ path: some StringProtocol) -> [String]? {
        guard path.hasPrefix("/") else { return nil }
        var parts = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        if parts.last?.isEmpty == true { parts.removeLast() }
        var segments: [String] = []
        for part in parts {
            guard !part.isEmpty, let text = PercentDecoding.decode(part.utf8, plusIsSpace: false) else {
                return nil
            }
            segments.append(text)
        }
        return segments
    }
}
