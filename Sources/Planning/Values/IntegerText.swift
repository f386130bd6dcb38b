/// Reads whole numbers: an optional sign and decimal digits, nothing else.
enum IntegerText: Equatable {
    case value(Int64)
    /// Well formed, but beyond 64 bits.
    case overflow
    case malformed

    static func read(_ text: Span<UInt8>) -> IntegerText {
        var index = 0
        var isNegative = false
        if text.count > 0, text[0] == UInt8(ascii: "-") || text[0] == UInt8(ascii: "+") {
            isNegative = text[0] == UInt8(ascii: "-")
            index = 1
        }
        guard index < text.count else { return .malformed }
        // Counted downwards, because the smallest number has no positive twin.
        var value: Int64 = 0
        var hasOverflowed = false
        while index < text.count {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit <= 9 else { return .malformed }
            let (product, isTooBig) = value.multipliedReportingOverflow(by: 10)
            let (next, isTooSmall) = product.subtractingReportingOverflow(Int64(digit))
            hasOverflowed = hasOverflowed || isTooBig || isTooSmall
            value = next
            index += 1
        }
        if hasOverflowed || (!isNegative && value == .min) { return .overflow }
        return .value(isNegative ? value : -value)
    }
}
