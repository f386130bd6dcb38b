/// Writes times as databases print them in the form of RFC 3339, section 5.6.
enum TimeText {
    /// Characters of a date.
    private static let dateLength = 10

    /// `2024-01-15 10:00:00.5+00` → `2024-01-15T10:00:00.5Z`; a time without a zone is UTC, a day begins at midnight. Nil
    /// when it is no such time (`infinity`, years before Christ).
    static func rfc3339(_ text: [UInt8]) -> [UInt8]? {
        guard CalendarText.isTimestamp(text.span) else { return nil }
        var result = Array(text.prefix(dateLength)) + [UInt8(ascii: "T")]
        guard text.count > dateLength else { return result + Array("00:00:00Z".utf8) }
        let rest = text[(dateLength + 1)...]
        let isZone = { (byte: UInt8) in
            byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") || byte | 0x20 == UInt8(ascii: "z")
        }
        let end = rest.firstIndex(where: isZone) ?? rest.endIndex
        result += rest[..<end]
        if end - rest.startIndex == "10:00".utf8.count { result += Array(":00".utf8) }
        return result + zone(Array(rest[end...]))
    }

    /// `+02`, `+0200`, `+02:00` → `+02:00`; nothing ahead of UTC, or nothing at all → `Z`.
    private static func zone(_ text: [UInt8]) -> [UInt8] {
        let digits = text.filter { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
        guard let sign = text.first, digits.contains(where: { $0 != UInt8(ascii: "0") }) else {
            return [UInt8(ascii: "Z")]
        }
        let minutes = digits.count >= 4 ? Array(digits[2..<4]) : Array("00".utf8)
        return [sign] + digits.prefix(2) + [UInt8(ascii: ":")] + minutes
    }
}
