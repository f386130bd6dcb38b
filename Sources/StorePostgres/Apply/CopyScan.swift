/// Searches what COPY's text format wants escaped, eight bytes at a time.
///
/// Unsafe because a bounds check a byte would cost more than the search. Invariant: only bytes below
/// `text.count` are read, and no pointer is kept.
enum CopyScan {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    /// Index of the first backslash, line end, carriage return or tab from `start` on; the count when there
    /// is none.
    static func firstSpecial(_ text: UnsafeRawBufferPointer, _ start: Int) -> Int {
        guard let base = text.baseAddress else { return 0 }
        var index = start
        while index + 8 <= text.count {
            let word = (base + index).loadUnaligned(as: UInt64.self)
            // Bytes below 0x0E, and backslashes; a borrow may also mark a byte behind one of those, so the
            // eight are looked at one by one then.
            let low = (word &- ones &* 0x0E) & ~word & highs
            let slash = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
            if low | ((slash &- ones) & ~slash & highs) != 0 {
                for offset in index..<index + 8 where isSpecial(text[offset]) { return offset }
            }
            index += 8
        }
        while index < text.count, !isSpecial(text[index]) { index += 1 }
        return index
    }

    /// What stands behind the backslash.
    static func escaped(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "\n"): UInt8(ascii: "n")
        case UInt8(ascii: "\r"): UInt8(ascii: "r")
        case UInt8(ascii: "\t"): UInt8(ascii: "t")
        default: byte
        }
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\\"), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): true
        default: false
        }
    }
}
