/// What a multipart body holds, in the order in which it arrives.
package enum MultipartEvent: Hashable, Sendable {
    case part(MultipartPart)
    /// Bytes of the part at hand: as many as have arrived, never none. A slice of the piece they came in.
    case bytes(ArraySlice<UInt8>)
    case partEnd
    /// The last boundary; what follows it is ignored.
    case end
}
