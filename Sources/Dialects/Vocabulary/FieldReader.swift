import BulkModel
import Formats
import Planning

/// Reads the members of a JSON object and gathers everything that is wrong with them, so that one answer names it all.
struct FieldReader {
    /// Faults up to which fields that nobody asked for are named, and those among them that get a hint: a body may have
    /// millions of them.
    private static let othersMax = 100
    private static let hintsMax = 10

    private let members: [JSONValue.Member]
    private var known: Set<String> = []
    private(set) var faults: [Refusal.Detail] = []
    private let path: String

    /// Nil when the value is no object. `path` stands before the names in messages (`assume.`).
    init?(_ value: JSONValue, path: String = "") {
        guard case .object(let members) = value else { return nil }
        self.members = members
        self.path = path
    }

    /// The member's value; `null` counts as not there.
    mutating func value(_ name: String) -> JSONValue? {
        known.insert(name)
        guard let value = members.first(where: { $0.name == name })?.value, value != .null else { return nil }
        return value
    }

    /// True when one of these members is there; `null` counts as not there.
    func hasAny(of names: Set<String>) -> Bool {
        members.contains { names.contains($0.name) && $0.value != .null }
    }

    /// The text of a member that is there.
    mutating func text(_ name: String, bytesMax: Int) -> String? {
        guard let value = value(name) else { return nil }
        guard let text = value.string, !text.isEmpty, text.utf8.count <= bytesMax else {
            fault(name, "Must be a text of 1 to \(bytesMax) bytes.")
            return nil
        }
        return text
    }

    /// The text of a member that must be there.
    mutating func requiredText(_ name: String, bytesMax: Int) -> String? {
        if value(name) == nil { fault(name, "Is required.", .missingValue) }
        return text(name, bytesMax: bytesMax)
    }

    /// The one of `choices` that the member names.
    mutating func choice<Choice>(_ name: String, of choices: KeyValuePairs<String, Choice>) -> Choice? {
        guard let value = value(name) else { return nil }
        if let choice = choices.first(where: { $0.key == value.string }) { return choice.value }
        fault(name, "Must be one of \(choices.map(\.key).joined(separator: ", ")).")
        return nil
    }

    /// The whole number of a member that is there.
    mutating func integer(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let value = value(name) else { return nil }
        if let number = value.integer.flatMap({ Int(exactly: $0) }), range.contains(number) { return number }
        let upper = range.upperBound == .max ? "" : " to \(range.upperBound)"
        fault(name, "Must be a whole number from \(range.lowerBound)\(upper).")
        return nil
    }

    /// The truth value of a member that is there.
    mutating func flag(_ name: String) -> Bool? {
        guard let value = value(name) else { return nil }
        if let flag = value.bool { return flag }
        fault(name, "Must be true or false.")
        return nil
    }

    /// Notes what is wrong with a member.
    mutating func fault(_ name: String, _ message: String, _ code: ErrorCode = .invalidValue) {
        faults.append(Refusal.Detail(field: path + name, code: code, message: message))
    }

    /// Takes over what is wrong with a member's own members.
    mutating func take(_ others: [Refusal.Detail]) { faults += others }

    /// Notes the members that nobody asked for; called after all were read.
    mutating func refuseOthers() {
        let names = known.sorted()
        var hintsLeft = Self.hintsMax
        for member in members where !known.contains(member.name) {
            guard faults.count < Self.othersMax else { return }
            let nearest = hintsLeft > 0 ? NearestName.of(member.name, among: names) : nil
            let hint = nearest.map { " Did you mean \"\($0)\"?" } ?? ""
            hintsLeft -= 1
            fault(
                member.name, "There is no such field; known: \(names.joined(separator: ", ")).\(hint)",
                .invalidRequest)
        }
    }

    /// Throws INVALID_REQUEST with all faults, if there are any.
    consuming func finish() throws(Refusal) {
        refuseOthers()
        guard !faults.isEmpty else { return }
        throw Refusal(.invalidRequest, issue: "invalid_fields", Self.message(faults), details: faults)
    }

    /// A single fault stands in it whole: many show nothing but the message.
    private static func message(_ faults: [Refusal.Detail]) -> String {
        let names = faults.compactMap(\.field).joined(separator: ", ")
        guard faults.count == 1 else { return "The request has faulty fields: \(names)." }
        return "The request has a faulty field: \(names): \(faults[0].message)"
    }
}
