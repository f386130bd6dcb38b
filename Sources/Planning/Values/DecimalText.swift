/// Checks exact decimal numbers against a precision and scale; they are kept as text, so no digit is lost.
///
/// Zeros that add nothing (leading, or trailing in the fraction) do not count: `1.500` fits a scale of 2.
enum DecimalText {
    case fits
    /// More digits before the point than precision less scale allows.
    case tooManyDigits
    /// More digits behind the point than the scale allows.
    case tooManyDecimals
    /// Neither a 64-bit integer nor a Double has just these digits.
    case notKept
    case malformed

    /// Decimal digits that every Double of this size keeps (IEEE 754, binary64), and the power of ten up to which that holds.
    private static let safeDigits = 15
    private static let safePower = 300

    /// `keepsDoubles` where the database keeps the number as an integer or a Double.
    static func check(
        _ text: Span<UInt8>, precision: Int?, scale: Int?, keepsDoubles: Bool = false
    ) -> DecimalText {
        guard let number = NumberText(text) else { return .malformed }
        guard number.significantDigitCount > 0 else { return .fits }
        if let precision {
            let scale = scale ?? 0
            if number.exponent < -scale { return .tooManyDecimals }
            if number.significantDigitCount + number.exponent > precision - scale { return .tooManyDigits }
        }
        return keepsDoubles && !isKept(number, text) ? .notKept : .fits
    }

    private static func isKept(_ number: NumberText, _ text: Span<UInt8>) -> Bool {
        let power = number.significantDigitCount + number.exponent
        if number.significantDigitCount <= safeDigits, -safePower...safePower ~= power { return true }
        if case .value = IntegerText.read(text) { return true }
        guard case .value(let double) = RealText.read(text) else { return false }
        let shortest = Array("\(double)".utf8)
        guard let kept = NumberText(shortest.span) else { return false }
        return kept.significand == number.significand && kept.exponent == number.exponent
            && kept.significantDigitCount == number.significantDigitCount
    }
}
