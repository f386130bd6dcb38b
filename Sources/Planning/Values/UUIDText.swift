/// Checks UUIDs in the form of RFC 9562, section 4: 8-4-4-4-12 hexadecimal digits, in either case.
enum UUIDText {
    static func isValid(_ text: Span<UInt8>) -> Bool {
        guard text.count == 36 else { return false }
        for index in text.indices {
            switch index {
            case 8, 13, 18, 23: if text[index] != UInt8(ascii: "-") { return false }
            default: if BlobText.hexValue(text[index]) == nil { return false }
            }
        }
        return true
    }
}
