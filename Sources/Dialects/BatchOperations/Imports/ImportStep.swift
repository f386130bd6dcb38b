import Formats

/// What the body of an import holds, in the order in which it arrives and whatever wraps it.
enum ImportStep: Sendable {
    case options(JSONValue)
    /// Records begin; their bytes follow.
    case records(RecordsPart)
    case bytes(ArraySlice<UInt8>)
    case recordsEnd
    /// Nothing that counts follows.
    case end
}
