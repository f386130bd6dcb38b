/// Strict UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
///
/// Unsafe for the reason and under the invariant of `ByteScan`.
enum UTF8Check {
    /// Index of the first byte that does not begin a valid character, or nil when all is well.
    static func firstBad(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int? {
        var index = ByteScan.firstNonASCII(base, start, end)
        while index < end {
            let length = sequenceLength(base, index, end)
            guard length > 0 else { return index }
            index += length
            if index < end, base[index] < 0x80 { index = ByteScan.firstNonASCII(base, index, end) }
        }
        return nil
    }

    /// Bytes of the character at `index`, 0 when it is not one (RFC 3629 section 4, `UTF8-char`).
    private static func sequenceLength(_ base: UnsafePointer<UInt8>, _ index: Int, _ end: Int) -> Int {
        let lead = base[index]
        if lead < 0x80 { return 1 }
        guard lead >= 0xC2, lead <= 0xF4, index + 1 < end else { return 0 }
        let second = base[index + 1]
        if lead < 0xE0 { return isTail(second) ? 2 : 0 }
        guard index + 2 < end, isTail(base[index + 2]) else { return 0 }
        let lowest: UInt8 = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80
        let highest: UInt8 = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF
        guard second >= lowest, second <= highest else { return 0 }
        if lead < 0xF0 { return 3 }
        return index + 3 < end && isTail(base[index + 3]) ? 4 : 0
    }

    @inline(__always)
    private static func isTail(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
}
