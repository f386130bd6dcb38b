/// Unique order numbers in pseudo-random order: `ORD-` and 8 characters of base32.
///
/// A one-to-one mixing of the row's id within 40 bits, so no two ids share a number, whatever the seed: two
/// sample files with different ids never clash.
enum OrderNumber {
    static let bits: UInt64 = 40
    private static let mask: UInt64 = (1 << bits) - 1
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
    private static let prefix = Array("ORD-".utf8)

    /// Each step (xor with a right shift, multiplication by an odd number) can be undone, hence one to one.
    static func mix(_ id: Int) -> UInt64 {
        var bits = UInt64(bitPattern: Int64(id)) & mask
        bits ^= bits >> 21
        bits = bits &* 0x9E_3779_B97F & mask
        bits ^= bits >> 19
        bits = bits &* 0xD6_E8FE_B867 & mask
        return bits ^ bits >> 23
    }

    static func append(_ id: Int, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: prefix)
        let mixed = mix(id)
        var shift: UInt64 = 35
        while true {
            bytes.append(alphabet[Int(mixed >> shift & 31)])
            if shift == 0 { return }
            shift -= 5
        }
    }
}
