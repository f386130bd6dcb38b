import Formats
import Planning

extension SelectionRequest {
    /// As it is kept; pairs instead of members, so that no name can be told twice.
    var json: JSONValue {
        let scope: Member =
            switch self.scope {
            case .matching(let filter): Member("matching", filter.json)
            case .listed(let ids): Member("ids", .array(ids))
            }
        return .object([
            Member("table", .string(table)), Member("action", .string(action.rawValue)), scope,
            Member("updates", .array(updates.map { .array([.string($0.name), $0.value]) })),
            Member("merges", .bool(mergesObjects)),
        ])
    }

    /// Nil when it is none.
    init?(json: JSONValue) {
        guard let table = json["table"]?.string, let updates = json["updates"]?.array,
            let action = json["action"]?.string.flatMap(SelectionAction.init(rawValue:)),
            let scope = Scope(json: json)
        else { return nil }
        self.init(table: table, action: action, scope: scope)
        // Those that an older server kept have no such member.
        mergesObjects = json["merges"]?.bool ?? false
        for pair in updates {
            guard let pair = pair.array, pair.count == 2, let name = pair[0].string else { return nil }
            self.updates.append(Member(name, pair[1]))
        }
    }

    private typealias Member = JSONValue.Member
}

extension SelectionRequest.Scope {
    fileprivate init?(json: JSONValue) {
        if let ids = json["ids"]?.array {
            self = .listed(ids)
        } else if let filter = json["matching"].flatMap(FilterExpression.init(json:)) {
            self = .matching(filter)
        } else {
            return nil
        }
    }
}

extension FilterExpression {
    fileprivate var json: JSONValue {
        switch self {
        case .all(let parts): .object([.init("all", .array(parts.map(\.json)))])
        case .any(let parts): .object([.init("any", .array(parts.map(\.json)))])
        case .not(let part): .object([.init("not", part.json)])
        case .term(let term):
            .array([.string(term.column), .string(term.test.rawValue), term.value, .string(term.place)])
        }
    }

    fileprivate init?(json: JSONValue) {
        if let term = json.array {
            guard term.count == 4, let column = term[0].string, let place = term[3].string,
                let test = term[1].string.flatMap(FilterTest.init(rawValue:))
            else { return nil }
            self = .term(Term(column: column, test: test, value: term[2], place: place))
        } else if let part = json["not"] {
            guard let part = FilterExpression(json: part) else { return nil }
            self = .not(part)
        } else if let parts = json["all"]?.array, let all = Self.expressions(parts) {
            self = .all(all)
        } else if let parts = json["any"]?.array, let any = Self.expressions(parts) {
            self = .any(any)
        } else {
            return nil
        }
    }

    private static func expressions(_ parts: [JSONValue]) -> [FilterExpression]? {
        let expressions = parts.compactMap(FilterExpression.init(json:))
        return expressions.count == parts.count ? expressions : nil
    }
}
