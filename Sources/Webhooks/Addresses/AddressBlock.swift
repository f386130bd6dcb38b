/// All addresses that begin with the same bits (CIDR, RFC 4632): `10.0.0.0/8`.
struct AddressBlock: Hashable, Sendable {
    private let base: IPAddress
    private let prefixLength: Int

    /// Nil when it is no address, or no fitting length follows; without a length it is the one address.
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let base = parts.first.flatMap({ IPAddress($0) }) else { return nil }
        let bitCount = if case .v4 = base { 32 } else { 128 }
        guard parts.count > 1 else {
            (self.base, prefixLength) = (base, bitCount)
            return
        }
        guard let length = Int(parts[1]), (0...bitCount).contains(length), String(length) == parts[1] else {
            return nil
        }
        (self.base, prefixLength) = (base, length)
    }

    /// False for an address of the other family.
    func contains(_ address: IPAddress) -> Bool {
        switch (base, address) {
        case (.v4(let a), .v4(let b)):
            return prefixLength == 0 || (a ^ b) >> UInt32(32 - prefixLength) == 0
        case (.v6(let upperA, let lowerA), .v6(let upperB, let lowerB)):
            // Shifts by 64 and more give 0, so each half needs no case of its own.
            let upper = (upperA ^ upperB) >> UInt64(max(0, 64 - prefixLength))
            let lower = (lowerA ^ lowerB) >> UInt64(min(64, 128 - prefixLength))
            return upper == 0 && lower == 0
        default: return false
        }
    }
}
