/// What a body that wraps records holds, in the order in which it arrives.
package enum JSONEnvelopeEvent: Hashable, Sendable {
    /// The array of records begins; comes at most once.
    case recordsBegin(name: String)
    /// Bytes of the array from its `[` to its `]`: as many as have arrived, never none. A slice of the piece they came in.
    case bytes(ArraySlice<UInt8>)
    case recordsEnd
    /// Another member, whole.
    case member(JSONValue.Member)
    /// The object is closed.
    case end
}
