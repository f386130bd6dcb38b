/// Checks that a text is one JSON value (RFC 8259), without building it and without recursion.
///
/// Nesting is bounded by 64, so what is open fits into the bits of one number.
package struct JSONText {
    /// Same as `Limits.jsonDepthMax`.
    private static let depthMax = 64
    private static let trueWord = Array("true".utf8)
    private static let falseWord = Array("false".utf8)
    private static let nullWord = Array("null".utf8)

    /// Bit for each open level: 1 for an object, 0 for an array.
    private var openObjects: UInt64 = 0
    private var depth = 0
    private var index = 0

    /// True for one value with nothing but white space around it.
    package static func isValid(_ text: Span<UInt8>) -> Bool {
        var reader = JSONText()
        return reader.read(text)
    }

    private mutating func read(_ text: Span<UInt8>) -> Bool {
        while true {
            guard readValueStart(text) else { return false }
            // Behind a value: close what ends here, then go on to the next value or to the end.
            while true {
                skipSpaces(text)
                if depth == 0 { return index == text.count }
                guard index < text.count else { return false }
                let byte = text[index]
                index += 1
                if byte == UInt8(ascii: ",") {
                    if isInObject { guard readKey(text) else { return false } }
                    break
                }
                guard byte == (isInObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else { return false }
                depth -= 1
                openObjects >>= 1
            }
        }
    }

    private var isInObject: Bool { openObjects & 1 == 1 }

    /// Reads up to the end of a scalar or an empty container, entering others as far as their first scalar.
    private mutating func readValueStart(_ text: Span<UInt8>) -> Bool {
        while true {
            skipSpaces(text)
            guard index < text.count else { return false }
            let byte = text[index]
            guard byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") else { return readScalar(text) }
            guard depth < Self.depthMax else { return false }
            let isObject = byte == UInt8(ascii: "{")
            index += 1
            skipSpaces(text)
            guard index < text.count else { return false }
            if text[index] == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
                index += 1
                return true
            }
            depth += 1
            openObjects = openObjects << 1 | (isObject ? 1 : 0)
            if isObject { guard readKey(text) else { return false } }
        }
    }

    private mutating func readKey(_ text: Span<UInt8>) -> Bool {
        skipSpaces(text)
        guard index < text.count, text[index] == UInt8(ascii: "\""), readString(text) else { return false }
        skipSpaces(text)
        guard index < text.count, text[index] == UInt8(ascii: ":") else { return false }
        index += 1
        return true
    }

    private mutating func readScalar(_ text: Span<UInt8>) -> Bool {
        switch text[index] {
        case UInt8(ascii: "\""): readString(text)
        case UInt8(ascii: "t"): readWord(Self.trueWord, text)
        case UInt8(ascii: "f"): readWord(Self.falseWord, text)
        case UInt8(ascii: "n"): readWord(Self.nullWord, text)
        default: readNumber(text)
        }
    }

    private mutating func readWord(_ word: [UInt8], _ text: Span<UInt8>) -> Bool {
        guard text.count - index >= word.count else { return false }
        let start = index
        index += word.count
        return text.extracting(start..<index).isEqual(to: word.span)
    }

    private mutating func readString(_ text: Span<UInt8>) -> Bool {
        index += 1
        while index < text.count {
            let byte = text[index]
            index += 1
            if byte == UInt8(ascii: "\"") { return true }
            if byte < 0x20 { return false }
            if byte == UInt8(ascii: "\\") { guard readEscape(text) else { return false } }
        }
        return false
    }

    private mutating func readEscape(_ text: Span<UInt8>) -> Bool {
        guard index < text.count else { return false }
        let byte = text[index]
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return true
        case UInt8(ascii: "u"):
            guard text.count - index >= 4 else { return false }
            for offset in 0..<4 where BlobText.hexValue(text[index + offset]) == nil { return false }
            index += 4
            return true
        default:
            return false
        }
    }

    /// RFC 8259, section 6: no leading zeros, no bare point.
    private mutating func readNumber(_ text: Span<UInt8>) -> Bool {
        if text[index] == UInt8(ascii: "-") { index += 1 }
        let start = index
        guard readDigits(text) > 0 else { return false }
        if text[start] == UInt8(ascii: "0"), index - start > 1 { return false }
        if index < text.count, text[index] == UInt8(ascii: ".") {
            index += 1
            guard readDigits(text) > 0 else { return false }
        }
        guard index < text.count, text[index] | 0x20 == UInt8(ascii: "e") else { return true }
        index += 1
        if index < text.count, text[index] == UInt8(ascii: "+") || text[index] == UInt8(ascii: "-") {
            index += 1
        }
        return readDigits(text) > 0
    }

    private mutating func readDigits(_ text: Span<UInt8>) -> Int {
        let start = index
        while index < text.count, text[index] &- UInt8(ascii: "0") <= 9 { index += 1 }
        return index - start
    }

    private mutating func skipSpaces(_ text: Span<UInt8>) {
        while index < text.count {
            switch text[index] {
            case 0x20, 0x09, 0x0A, 0x0D: index += 1
            default: return
            }
        }
    }
}
