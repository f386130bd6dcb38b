#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// An address of IPv4 or IPv6, as numbers.
package enum IPAddress: Hashable, Sendable, CustomStringConvertible {
    case v4(UInt32)
    /// The upper and the lower 64 bits.
    case v6(UInt64, UInt64)

    /// Reads four plain decimal parts, or the text forms of RFC 4291, 2.2; no zone, no brackets.
    package init?(_ text: some StringProtocol) {
        var four = in_addr()
        if inet_pton(AF_INET, String(text), &four) == 1 {
            self = .v4(UInt32(bigEndian: four.s_addr))
            return
        }
        var six = in6_addr()
        guard inet_pton(AF_INET6, String(text), &six) == 1 else { return nil }
        self = withUnsafeBytes(of: six) { Self.six($0) }
    }

    /// Sixteen bytes in network order.
    static func six(_ bytes: UnsafeRawBufferPointer) -> IPAddress {
        func half(_ range: Range<Int>) -> UInt64 { bytes[range].reduce(0) { $0 << 8 | UInt64($1) } }
        return .v6(half(0..<8), half(8..<16))
    }

    /// As text that every resolver reads the same way: dotted, or eight groups.
    package var description: String {
        switch self {
        case .v4(let bits):
            return [24, 16, 8, 0].map { String(bits >> UInt32($0) & 0xFF) }.joined(separator: ".")
        case .v6(let upper, let lower):
            let groups = [upper, lower].flatMap { half in
                [48, 32, 16, 0].map { String(half >> UInt64($0) & 0xFFFF, radix: 16) }
            }
            return groups.joined(separator: ":")
        }
    }
}
