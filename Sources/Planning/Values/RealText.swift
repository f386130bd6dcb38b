/// Reads finite binary floating-point numbers, correctly rounded.
enum RealText: Equatable {
    case value(Double)
    /// Well formed, but beyond the largest Double, or longer than `byteCountMax`.
    case overflow
    case malformed

    /// Longer texts are refused: they would not fit the bounded copy that the C library reads.
    static let byteCountMax = 400

    /// Powers of ten that a Double holds exactly.
    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
        1e18,
        1e19, 1e20, 1e21, 1e22,
    ]

    static func read(_ text: Span<UInt8>) -> RealText {
        guard let number = NumberText(text) else { return .malformed }
        if let exact = exactValue(number) { return .value(exact) }
        guard text.count <= byteCountMax, let value = CLibraryNumber.double(text), value.isFinite else {
            return .overflow
        }
        return .value(value)
    }

    /// Significand and power are both exact, so one operation rounds once, and correctly. Source: W. D. Clinger, "How to
    /// Read Floating Point Numbers Accurately" (1990), the fast case.
    private static func exactValue(_ number: NumberText) -> Double? {
        guard number.significantDigitCount <= 15 else { return nil }
        let magnitude: Double
        switch number.exponent {
        case _ where number.significand == 0: magnitude = 0
        case 0...22: magnitude = Double(number.significand) * powersOfTen[number.exponent]
        case -22...(-1): magnitude = Double(number.significand) / powersOfTen[-number.exponent]
        default: return nil
        }
        return number.isNegative ? -magnitude : magnitude
    }
}
