/// Writes numbers and texts compactly: LEB128 varints, zigzag for signed numbers, length before text.
package struct ByteEncoder {
    /// What was written so far.
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// Seven bits a byte, the lowest first.
    package mutating func unsigned(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// A count or offset, which is never negative.
    package mutating func count(_ number: Int) { unsigned(UInt64(number)) }

    /// Small numbers of either sign stay short.
    package mutating func signed(_ number: Int64) {
        unsigned(UInt64(bitPattern: (number << 1) ^ (number >> 63)))
    }

    /// UTF-8 behind its length in bytes.
    package mutating func text(_ text: String) {
        count(text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }

    /// A count, then each text.
    package mutating func texts(_ texts: [String]) {
        count(texts.count)
        for text in texts { self.text(text) }
    }
}
