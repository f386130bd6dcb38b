/// A text that may stand in JSON as a string or as a whole number, as the ids of records do.
@propertyWrapper
struct LooseText: Decodable, Hashable, Sendable {
    var wrappedValue: String?

    init(wrappedValue: String?) { self.wrappedValue = wrappedValue }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        wrappedValue = try? String(container.decode(Int.self))
        // Not a number: then it must be a string.
        if wrappedValue == nil { wrappedValue = try container.decode(String.self) }
    }
}

extension KeyedDecodingContainer {
    /// A member that is not there is nil.
    func decode(_ type: LooseText.Type, forKey key: Key) throws -> LooseText {
        try decodeIfPresent(type, forKey: key) ?? LooseText(wrappedValue: nil)
    }
}
