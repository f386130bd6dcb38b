#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The C library's correctly rounded `strtod`, for the few numbers that the exact short way does not cover.
///
/// The boundary to raw memory. Invariant: `strtod` reads a NUL-terminated copy on the stack of at most
/// `RealText.byteCountMax + 1` bytes, already known to be a plain decimal number, so that neither locale names nor
/// hexadecimal can occur. The process never calls `setlocale`, so the decimal point is a point.
enum CLibraryNumber {
    /// The value, infinite when out of range; nil when the text is longer than `RealText.byteCountMax`.
    static func double(_ text: Span<UInt8>) -> Double? {
        guard text.count <= RealText.byteCountMax else { return nil }
        var copy = InlineArray<401, CChar>(repeating: 0)
        for index in text.indices { copy[index] = CChar(bitPattern: text[index]) }
        return copy.span.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return nil }
            return strtod(base, nil)
        }
    }
}
