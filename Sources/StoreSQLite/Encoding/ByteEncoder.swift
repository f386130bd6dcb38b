/// Writes numbers and texts compactly: LEB128 varints, zigzag for signed numbers, length before text.
struct ByteEncoder {
    private(set) var bytes: [UInt8] = []

    mutating func unsigned(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// A count or offset, which is never negative.
    mutating func count(_ number: Int) { unsigned(UInt64(number)) }

    mutating func signed(_ number: Int64) {
        unsigned(UInt64(bitPattern: (number << 1) ^ (number >> 63)))
    }

    mutating func text(_ text: String) {
        count(text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }

    mutating func texts(_ texts: [String]) {
        count(texts.count)
        for text in texts { self.text(text) }
    }
}
