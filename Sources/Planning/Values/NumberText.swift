/// The parts of a decimal number as written: sign, digits, fraction, exponent.
///
/// Takes what JSON takes and also a leading `+` and a bare leading or trailing point (`.5`, `5.`), as spreadsheets
/// write them; never hexadecimal, `inf` or `nan`.
struct NumberText {
    /// The first 19 significant digits; more are only counted.
    private(set) var significand: UInt64 = 0
    private(set) var isNegative = false
    /// Digits from the first that is not 0 to the last that is not 0.
    private(set) var significantDigitCount = 0
    /// The value is those digits, as a whole number, times ten to this power.
    private(set) var exponent = 0

    /// Digits that fit into `significand`.
    static let significandDigitsMax = 19
    /// Exponents are held within this, far beyond any column, so that sums of them cannot overflow.
    private static let exponentMax = 1_000_000

    /// Nil when the text is not a number.
    init?(_ text: Span<UInt8>) {
        var index = 0
        if text.count > 0, text[0] == UInt8(ascii: "-") || text[0] == UInt8(ascii: "+") {
            isNegative = text[0] == UInt8(ascii: "-")
            index = 1
        }
        let wholeStart = index
        readDigits(text, &index, areFraction: false)
        var digitCount = index - wholeStart
        if index < text.count, text[index] == UInt8(ascii: ".") {
            index += 1
            let fractionStart = index
            readDigits(text, &index, areFraction: true)
            digitCount += index - fractionStart
        }
        guard digitCount > 0 else { return nil }
        if index < text.count, text[index] | 0x20 == UInt8(ascii: "e") {
            guard readExponent(text, &index) else { return nil }
        }
        guard index == text.count else { return nil }
        exponent += trailingZeroCount
    }

    /// Zeros read since the last other digit: part of the number only if another digit follows.
    private var trailingZeroCount = 0

    private mutating func readDigits(_ text: Span<UInt8>, _ index: inout Int, areFraction: Bool) {
        while index < text.count {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit <= 9 else { return }
            index += 1
            if areFraction { exponent -= 1 }
            if digit == 0 {
                if significantDigitCount > 0 { trailingZeroCount += 1 }
                continue
            }
            append(digit)
        }
    }

    private mutating func append(_ digit: UInt8) {
        significantDigitCount += trailingZeroCount + 1
        if significantDigitCount <= Self.significandDigitsMax {
            for _ in 0..<trailingZeroCount { significand &*= 10 }
            significand = significand &* 10 &+ UInt64(digit)
        }
        trailingZeroCount = 0
    }

    private mutating func readExponent(_ text: Span<UInt8>, _ index: inout Int) -> Bool {
        index += 1
        var isDown = false
        if index < text.count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
            isDown = text[index] == UInt8(ascii: "-")
            index += 1
        }
        let start = index
        var power = 0
        while index < text.count {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit <= 9 else { return false }
            power = min(power * 10 + Int(digit), Self.exponentMax)
            index += 1
        }
        exponent += isDown ? -power : power
        return index > start
    }
}
