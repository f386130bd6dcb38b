/// Brings points in time with an offset to UTC.
enum UTCTime {
    private static let minutesADay = 24 * 60

    /// Rewrites the timestamp at `range`, which was checked before, and gives the length of its new text, which is never
    /// longer. A time without an offset, and UTC's own, stay as they are.
    ///
    /// A year that has no four digits any more becomes 0000, which databases refuse.
    static func rewrite(_ text: inout MutableSpan<UInt8>, at range: Range<Int>) -> Int {
        let start = range.lowerBound
        guard let sign = signIndex(text.span, range) else { return range.count }
        let offset = offset(text.span, from: sign, to: range.upperBound)
        var day = CivilDay(
            year: number(text.span, start, digits: 4), month: number(text.span, start + 5, digits: 2),
            day: number(text.span, start + 8, digits: 2))
        var minute =
            number(text.span, start + 11, digits: 2) * 60 + number(text.span, start + 14, digits: 2) - offset
        if minute < 0 {
            minute += minutesADay
            day.goBack()
        } else if minute >= minutesADay {
            minute -= minutesADay
            day.goOn()
        }
        put(1...9999 ~= day.year ? day.year : 0, at: start, digits: 4, in: &text)
        put(day.month, at: start + 5, digits: 2, in: &text)
        put(day.day, at: start + 8, digits: 2, in: &text)
        put(minute / 60, at: start + 11, digits: 2, in: &text)
        put(minute % 60, at: start + 14, digits: 2, in: &text)
        return sign - start
    }

    /// Where the offset begins, which is behind `YYYY-MM-DDTHH:MM`.
    private static func signIndex(_ text: Span<UInt8>, _ range: Range<Int>) -> Int? {
        var index = range.lowerBound + 16
        while index < range.upperBound {
            if text[index] == UInt8(ascii: "+") || text[index] == UInt8(ascii: "-") { return index }
            index += 1
        }
        return nil
    }

    /// Minutes ahead of UTC of `±HH`, `±HHMM` or `±HH:MM`.
    private static func offset(_ text: Span<UInt8>, from sign: Int, to end: Int) -> Int {
        let hours = number(text, sign + 1, digits: 2)
        let minutes = end - sign > 3 ? number(text, end - 2, digits: 2) : 0
        return (hours * 60 + minutes) * (text[sign] == UInt8(ascii: "-") ? -1 : 1)
    }

    private static func number(_ text: Span<UInt8>, _ start: Int, digits: Int) -> Int {
        var number = 0
        for index in start..<start + digits { number = number * 10 + Int(text[index] &- UInt8(ascii: "0")) }
        return number
    }

    private static func put(_ number: Int, at start: Int, digits: Int, in text: inout MutableSpan<UInt8>) {
        var rest = number
        for index in (start..<start + digits).reversed() {
            text[index] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        }
    }
}
