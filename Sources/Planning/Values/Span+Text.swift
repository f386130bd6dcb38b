extension Span<UInt8> {
    /// True when both have the same bytes.
    func isEqual(to other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in indices where self[index] != other[index] { return false }
        return true
    }

    /// Unicode scalars of UTF-8 text: every byte but those that continue one.
    var scalarCount: Int {
        var continuations = 0
        for index in indices where self[index] & 0xC0 == 0x80 { continuations += 1 }
        return count - continuations
    }
}
