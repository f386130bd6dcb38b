/// Reads booleans in the spellings of spreadsheets, JSON and SQL, in any case.
enum BooleanText {
    /// The longest spelling: `false`.
    private static let byteCountMax = 5

    /// Nil for anything but true/false, t/f, yes/no, y/n, on/off, 1/0.
    static func read(_ text: Span<UInt8>) -> Bool? {
        guard 1...byteCountMax ~= text.count else { return nil }
        var word: UInt64 = 0
        for index in text.indices {
            let byte = text[index]
            let isLetter = 0x41...0x5A ~= byte
            word = word << 8 | UInt64(isLetter ? byte | 0x20 : byte)
        }
        return switch word {
        case 0x7472_7565, 0x74, 0x7965_73, 0x79, 0x6F6E, 0x31: true  // true t yes y on 1
        case 0x66_616C_7365, 0x66, 0x6E6F, 0x6E, 0x6F_6666, 0x30: false  // false f no n off 0
        default: nil
        }
    }
}
