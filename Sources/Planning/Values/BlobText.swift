/// Checks bytes written as text, and decodes them over their own text, which is always longer.
///
/// Either `\x` and hexadecimal digits, or base64 with the standard alphabet and padding (RFC 4648, section 4).
enum BlobText {
    /// Number of bytes meant, nil when the text is neither form.
    static func decodedCount(_ text: Span<UInt8>) -> Int? {
        isHex(text) ? hexCount(text) : base64Count(text)
    }

    /// Overwrites the text at `range` with the bytes meant and gives their count; it must have passed `decodedCount`.
    static func decode(_ bytes: inout MutableSpan<UInt8>, at range: Range<Int>) -> Int {
        let isHex = isHex(bytes.span.extracting(range))
        let count = decodedCount(bytes.span.extracting(range)) ?? 0
        if isHex {
            decodeHex(&bytes, at: range.lowerBound, count: count)
        } else {
            decodeBase64(&bytes, at: range.lowerBound, count: count)
        }
        return count
    }

    static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static func isHex(_ text: Span<UInt8>) -> Bool {
        text.count >= 2 && text[0] == UInt8(ascii: "\\") && text[1] == UInt8(ascii: "x")
    }

    private static func hexCount(_ text: Span<UInt8>) -> Int? {
        guard text.count % 2 == 0 else { return nil }
        for index in 2..<text.count where hexValue(text[index]) == nil { return nil }
        return text.count / 2 - 1
    }

    private static func decodeHex(_ bytes: inout MutableSpan<UInt8>, at start: Int, count: Int) {
        for index in 0..<count {
            let high = hexValue(bytes[start + index * 2 + 2]) ?? 0
            let low = hexValue(bytes[start + index * 2 + 3]) ?? 0
            bytes[start + index] = high << 4 | low
        }
    }

    private static func base64Count(_ text: Span<UInt8>) -> Int? {
        guard text.count % 4 == 0 else { return nil }
        let padding = paddingCount(text)
        for index in 0..<(text.count - padding) where sextet(text[index]) == nil { return nil }
        return text.count / 4 * 3 - padding
    }

    private static func decodeBase64(_ bytes: inout MutableSpan<UInt8>, at start: Int, count: Int) {
        for group in 0..<((count + 2) / 3) {
            var word: UInt32 = 0
            for offset in 0..<4 { word = word << 6 | UInt32(sextet(bytes[start + group * 4 + offset]) ?? 0) }
            for offset in 0..<min(3, count - group * 3) {
                let shift = 16 - 8 * UInt32(offset)
                bytes[start + group * 3 + offset] = UInt8(truncatingIfNeeded: word >> shift)
            }
        }
    }

    private static func paddingCount(_ text: Span<UInt8>) -> Int {
        let equals = UInt8(ascii: "=")
        guard text.count >= 4, text[text.count - 1] == equals else { return 0 }
        return text[text.count - 2] == equals ? 2 : 1
    }

    private static func sextet(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
