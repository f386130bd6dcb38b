/// Checks dates and times against the real calendar (proleptic Gregorian); they are kept as written.
enum CalendarText {
    /// `YYYY-MM-DD`, a day that exists.
    static func isDate(_ text: Span<UInt8>) -> Bool {
        text.count == 10 && hasDate(text)
    }

    /// A date, alone or with a time: RFC 3339 (section 5.6 allows `t`, `z` and a space for the `T`), the fraction,
    /// the offset and even the seconds being optional.
    static func isTimestamp(_ text: Span<UInt8>) -> Bool {
        guard text.count >= 10, hasDate(text) else { return false }
        if text.count == 10 { return true }
        guard text[10] == UInt8(ascii: " ") || text[10] | 0x20 == UInt8(ascii: "t"),
            let end = timeEnd(text, from: 11)
        else { return false }
        return end == text.count || isOffset(text, from: end)
    }

    /// `HH:MM[:SS[.fraction]]`.
    static func isTime(_ text: Span<UInt8>) -> Bool {
        timeEnd(text, from: 0) == text.count
    }

    private static func hasDate(_ text: Span<UInt8>) -> Bool {
        guard let century = twoDigits(text, 0), let year = twoDigits(text, 2), text[4] == UInt8(ascii: "-"),
            let month = twoDigits(text, 5), text[7] == UInt8(ascii: "-"), let day = twoDigits(text, 8)
        else { return false }
        return 1...12 ~= month && day >= 1 && day <= dayCount(month: month, year: century * 100 + year)
    }

    static func dayCount(month: Int, year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }

    /// Index behind the time that begins at `start`, nil when there is none.
    private static func timeEnd(_ text: Span<UInt8>, from start: Int) -> Int? {
        guard text.count >= start + 5, let hour = twoDigits(text, start), hour <= 23,
            text[start + 2] == UInt8(ascii: ":"), let minute = twoDigits(text, start + 3), minute <= 59
        else { return nil }
        var index = start + 5
        guard index < text.count, text[index] == UInt8(ascii: ":") else { return index }
        // RFC 3339, section 5.7: a leap second is written 60.
        guard text.count >= index + 3, let second = twoDigits(text, index + 1),
            second <= 59 || (second == 60 && minute == 59)
        else { return nil }
        index += 3
        guard index < text.count, text[index] == UInt8(ascii: ".") else { return index }
        let fractionStart = index + 1
        index = fractionStart
        while index < text.count, text[index] &- UInt8(ascii: "0") <= 9 { index += 1 }
        return index > fractionStart ? index : nil
    }

    /// `Z`, `±HH:MM`, or PostgreSQL's `±HHMM` and `±HH`, up to the end.
    private static func isOffset(_ text: Span<UInt8>, from start: Int) -> Bool {
        if text[start] | 0x20 == UInt8(ascii: "z") { return start + 1 == text.count }
        guard text[start] == UInt8(ascii: "+") || text[start] == UInt8(ascii: "-"),
            text.count >= start + 3, let hour = twoDigits(text, start + 1), hour <= 23
        else { return false }
        var index = start + 3
        if index == text.count { return true }
        if text[index] == UInt8(ascii: ":") { index += 1 }
        guard text.count == index + 2, let minute = twoDigits(text, index) else { return false }
        return minute <= 59
    }

    private static func twoDigits(_ text: Span<UInt8>, _ index: Int) -> Int? {
        let tens = text[index] &- UInt8(ascii: "0")
        let ones = text[index + 1] &- UInt8(ascii: "0")
        guard tens <= 9, ones <= 9 else { return nil }
        return Int(tens) * 10 + Int(ones)
    }
}
