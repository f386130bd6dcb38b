import BulkModel
import Formats
import Planning

/// Reads `filters`: columns with a value or with operators, `and`, `or` and `not`; notes all that is wrong.
///
/// `and` and `or` with an array, and `not` with an object, are logic; with anything else they are columns of that name.
struct FilterIntake {
    let limits: Limits
    private var kept: [Refusal.Detail] = []
    private var faultCount = 0
    /// Terms read so far, faulty ones included.
    private(set) var termCount = 0

    init(limits: Limits) { self.limits = limits }

    /// What is wrong, as much of it as an answer lists; the last one then says how many more there are.
    var faults: [Refusal.Detail] {
        guard faultCount > kept.count else { return kept }
        let listed = kept.prefix(max(0, limits.detailsMax - 1))
        let rest = Refusal.Detail(
            field: Self.root, code: .invalidRequest,
            message: "Has \(faultCount - listed.count) more faults; mend those that are listed first.")
        return listed + [rest]
    }

    private static let root = "filters"
    private static let tests = FilterTest.allCases.map(\.rawValue)
    /// A caller whose program filled nothing in would change the whole table: only the request as a whole may say that.
    private static let holdsForAll =
        "Is empty, and so holds for every record: leave it out, and say \"options\": {\"all\": true} if that is meant."
    /// Beneath `not` it holds for every record.
    private static let holdsForNone = "Is empty, and so holds for no record: leave it out."

    /// The filter in `value`, which stands at `place` of the request.
    mutating func expression(
        _ value: JSONValue, at place: String = root, depth: Int = 0
    ) -> FilterExpression {
        guard case .object(let members) = value else {
            fault(place, "Must be an object, such as {\"status\": \"PENDING\"}.")
            return .all([])
        }
        guard depth <= limits.filterDepthMax else {
            fault(
                place, "and, or and not are nested more than \(limits.filterDepthMax) deep.", .invalidRequest)
            return .all([])
        }
        if members.isEmpty, depth > 0 { fault(place, Self.holdsForAll) }
        return Self.all(members.flatMap { part($0, at: "\(place).\($0.name)", depth: depth) })
    }

    private mutating func part(
        _ member: JSONValue.Member, at place: String, depth: Int
    ) -> [FilterExpression] {
        switch (member.name, member.value) {
        case ("and", .array(let values)):
            [.all(expressions(values, at: place, depth: depth, ifEmpty: Self.holdsForAll))]
        case ("or", .array(let values)):
            [.any(expressions(values, at: place, depth: depth, ifEmpty: Self.holdsForNone))]
        case ("not", .object): [.not(expression(member.value, at: place, depth: depth + 1))]
        case (_, .object(let operators)): terms(member.name, operators, at: place)
        case (_, .array): [term(member.name, .among, member.value, at: place)]
        default: [term(member.name, .eq, member.value, at: place)]
        }
    }

    private mutating func expressions(
        _ values: [JSONValue], at place: String, depth: Int, ifEmpty message: String
    ) -> [FilterExpression] {
        if values.isEmpty { fault(place, message) }
        return values.enumerated().map { expression($1, at: "\(place)[\($0)]", depth: depth + 1) }
    }

    /// Several operators of one column all have to hold.
    private mutating func terms(
        _ column: String, _ operators: [JSONValue.Member], at place: String
    ) -> [FilterExpression] {
        if operators.isEmpty {
            fault(place, "Must have an operator: \(Self.tests.joined(separator: ", ")).")
        }
        return operators.map { member in
            let place = "\(place).\(member.name)"
            if let test = FilterTest(rawValue: member.name) {
                return term(column, test, member.value, at: place)
            }
            let hint = NearestName.of(member.name, among: Self.tests).map { " Did you mean \"\($0)\"?" } ?? ""
            fault(
                place, "There is no such operator; known: \(Self.tests.joined(separator: ", ")).\(hint)",
                .invalidRequest)
            return .all([])
        }
    }

    private mutating func term(
        _ column: String, _ test: FilterTest, _ value: JSONValue, at place: String
    ) -> FilterExpression {
        termCount += 1
        if termCount == limits.filterTermsMax + 1 {
            fault(Self.root, "Has more than \(limits.filterTermsMax) terms.", .invalidRequest)
        }
        if let message = complaint(test, value) { fault(place, message) }
        return .term(FilterExpression.Term(column: column, test: test, value: value, place: place))
    }

    /// What is wrong with the operand's shape; its type is the table's to judge.
    private func complaint(_ test: FilterTest, _ value: JSONValue) -> String? {
        switch (test, value) {
        case (.among, .array(let values)):
            if values.isEmpty { return Self.holdsForNone }
            if values.count > limits.recordIDsMax { return "Has more than \(limits.recordIDsMax) values." }
            return values.allSatisfy(\.isScalar) ? nil : "Must be an array of single values."
        case (.among, _): return "Must be an array of single values."
        case (.isNull, .bool): return nil
        case (.isNull, _): return "Must be true or false."
        case (.like, .string): return nil
        case (.like, _): return "Must be a text; % stands for any text, _ for one sign."
        case (.eq, .null), (.ne, .null): return nil
        default: return value.isScalar ? nil : "Must be a single value that is not null."
        }
    }

    private static func all(_ parts: [FilterExpression]) -> FilterExpression {
        parts.count == 1 ? parts[0] : .all(parts)
    }

    private mutating func fault(_ place: String, _ message: String, _ code: ErrorCode = .invalidValue) {
        faultCount += 1
        guard kept.count < limits.detailsMax else { return }
        kept.append(Refusal.Detail(field: place, code: code, message: message))
    }
}

extension JSONValue {
    /// True for a text, a number or a truth value.
    fileprivate var isScalar: Bool {
        switch self {
        case .bool, .integer, .number, .string: true
        case .null, .array, .object: false
        }
    }
}
