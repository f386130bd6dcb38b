/// Values in COPY's text format ("COPY", "Text Format").
///
/// Budget: no allocation a value, but for numbers with more than six decimals.
extension CopyWriter {
    mutating func appendTab() { append(UInt8(ascii: "\t")) }

    mutating func appendLineEnd() { append(UInt8(ascii: "\n")) }

    mutating func appendNull() {
        append(UInt8(ascii: "\\"))
        append(UInt8(ascii: "N"))
    }

    mutating func append(flag: Bool) { append(UInt8(ascii: flag ? "t" : "f")) }

    mutating func append(integer: Int64) {
        if integer < 0 { append(UInt8(ascii: "-")) }
        append(magnitude: integer.magnitude)
    }

    /// A short number is written exactly by whole ones; else the shortest text that reads as the same Double.
    mutating func append(real: Double) {
        let scaled = (real * 1_000_000).rounded()
        guard scaled.magnitude < 9e15, scaled / 1_000_000 == real, scaled != 0 || real.sign == .plus else {
            append(text: real.description)
            return
        }
        let parts = UInt64(scaled.magnitude).quotientAndRemainder(dividingBy: 1_000_000)
        if scaled < 0 { append(UInt8(ascii: "-")) }
        append(magnitude: parts.quotient)
        guard parts.remainder > 0 else { return }
        append(UInt8(ascii: "."))
        var rest = parts.remainder
        var place: UInt64 = 100_000
        while rest > 0 {
            append(UInt8(ascii: "0") + UInt8(rest / place))
            rest %= place
            place /= 10
        }
    }

    /// Bytes as `\x` and hexadecimal digits.
    mutating func append(blob: UnsafeRawBufferPointer) {
        // The backslash itself has to be escaped.
        append(UInt8(ascii: "\\"))
        append(UInt8(ascii: "\\"))
        append(UInt8(ascii: "x"))
        for byte in blob {
            append(Self.hexDigit(byte >> 4))
            append(Self.hexDigit(byte & 15))
        }
    }

    mutating func append(text: String) {
        var text = text
        text.withUTF8 { append(text: UnsafeRawBufferPointer($0)) }
    }

    /// Escapes what has a meaning in the format.
    mutating func append(text: UnsafeRawBufferPointer) {
        var start = 0
        while start < text.count {
            let special = CopyScan.firstSpecial(text, start)
            append(UnsafeRawBufferPointer(rebasing: text[start..<special]))
            guard special < text.count else { return }
            append(UInt8(ascii: "\\"))
            append(CopyScan.escaped(text[special]))
            start = special + 1
        }
    }

    private mutating func append(magnitude: UInt64) {
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var place = 20
        var rest = magnitude
        repeat {
            place -= 1
            digits[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        for index in place..<20 { append(digits[index]) }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
