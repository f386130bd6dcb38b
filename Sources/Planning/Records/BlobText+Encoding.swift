extension BlobText {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The bytes in base64 (RFC 4648, section 4).
    static func base64(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let group = bytes[index..<min(index + 3, bytes.endIndex)]
            var word: UInt32 = 0
            for offset in 0..<3 {
                word = word << 8 | (offset < group.count ? UInt32(group[group.startIndex + offset]) : 0)
            }
            for place in 0..<4 {
                let isPadding = place > group.count
                let sextet = Int(word >> UInt32(18 - 6 * place) & 63)
                text.append(isPadding ? UInt8(ascii: "=") : alphabet[sextet])
            }
            index += 3
        }
        return text
    }
}
