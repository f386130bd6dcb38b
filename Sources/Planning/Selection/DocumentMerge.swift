import BulkModel
import Formats

/// An object that is merged into the document of each record: its members take the place of those of the same name, or
/// are added behind them.
struct DocumentMerge: Sendable {
    /// Place among the values behind the key.
    let index: Int
    let column: ColumnDescription
    private let members: [JSONValue.Member]

    /// Deeper than any request; what lies in a table may have been written by others.
    private static let depthMax = 512

    /// What became of a document.
    enum Merged: Equatable {
        /// Nothing would differ.
        case same
        case text([UInt8])
        /// The record holds what is no JSON: it would be lost.
        case unreadable
    }

    /// Nil unless the value is an object: anything else takes the whole document's place.
    init?(_ value: JSONValue, into column: ColumnDescription, at index: Int) {
        guard case .object(let members) = value else { return nil }
        self.index = index
        self.column = column
        self.members = members
    }

    /// The document with the members merged in; NULL and what is no object count as an empty one.
    func merge(into document: String?) -> Merged {
        guard let document else { return .text(Self.text(of: members)) }
        var limits = Limits()
        limits.jsonDepthMax = Self.depthMax
        let held: JSONValue
        do {
            held = try JSONParser.parse(Array(document.utf8), limits: limits)
        } catch {
            return .unreadable
        }
        guard case .object(let old) = held else { return .text(Self.text(of: members)) }
        var merged = old
        var places: [String: Int] = [:]
        for (index, member) in old.enumerated() { places[member.name] = index }
        var isSame = true
        for member in members {
            guard let place = places[member.name] else {
                merged.append(member)
                isSame = false
                continue
            }
            guard !merged[place].value.means(member.value) else { continue }
            merged[place].value = member.value
            isSame = false
        }
        return isSame ? .same : .text(Self.text(of: merged))
    }

    private static func text(of members: [JSONValue.Member]) -> [UInt8] {
        var writer = JSONWriter()
        writer.value(.object(members))
        return writer.bytes
    }
}

extension JSONValue {
    /// Equal, in whatever order the members of objects stand.
    fileprivate func means(_ other: JSONValue) -> Bool {
        switch (self, other) {
        case (.object(let own), .object(let others)):
            guard own.count == others.count else { return false }
            return own.allSatisfy { member in
                other[member.name].map { member.value.means($0) } ?? false
            }
        case (.array(let own), .array(let others)):
            return own.count == others.count && zip(own, others).allSatisfy { $0.means($1) }
        default: return self == other
        }
    }
}
