/// Checks exact decimal numbers against a precision and scale; they are kept as text, so no digit is lost.
///
/// Zeros that add nothing (leading, or trailing in the fraction) do not count: `1.500` fits a scale of 2.
enum DecimalText {
    case fits
    /// More digits before the point than precision less scale allows.
    case tooManyDigits
    /// More digits behind the point than the scale allows.
    case tooManyDecimals
    case malformed

    static func check(_ text: Span<UInt8>, precision: Int?, scale: Int?) -> DecimalText {
        guard let number = NumberText(text) else { return .malformed }
        guard let precision, number.significantDigitCount > 0 else { return .fits }
        let scale = scale ?? 0
        if number.exponent < -scale { return .tooManyDecimals }
        if number.significantDigitCount + number.exponent > precision - scale { return .tooManyDigits }
        return .fits
    }
}
