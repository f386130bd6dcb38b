/// How a column's texts are spelled where they are stored, so that one value is one text: stores that compare texts would take
/// two spellings of a key for two keys.
enum StoredSpelling {
    /// RFC 9562, section 4: digits are put out in lower case, and read in either.
    case lowerCase
    /// `10:00` as `10:00:00`.
    case wholeTime
    /// A point in time as UTC's, for columns that drop the offset.
    case utc

    /// Characters of a time without seconds.
    private static let shortTimeLength = 5

    /// Nil where values are stored as they are written.
    init?(_ column: ColumnDescription) {
        switch column.type {
        case .uuid: self = .lowerCase
        case .time: self = .wholeTime
        case .timestamp:
            guard case .withoutOffset = column.keptForm else { return nil }
            self = .utc
        case .integer, .real, .decimal, .boolean, .date, .json, .text, .blob, .any: return nil
        }
    }

    /// The value in its stored spelling: written over its own text in `bytes`, or behind all others where it is longer.
    func settle(_ value: BoundValue, in bytes: inout [UInt8]) -> BoundValue {
        guard case .text(let start, let length) = value else { return value }
        let range = Int(start)..<Int(start) + Int(length)
        switch self {
        case .lowerCase:
            var text = bytes.mutableSpan
            // Digits and the hyphen have this bit already.
            for index in range { text[index] |= 0x20 }
            return value
        case .wholeTime:
            guard range.count == Self.shortTimeLength else { return value }
            let end = UInt32(bytes.count)
            for index in range { bytes.append(bytes[index]) }
            bytes.append(contentsOf: ":00".utf8)
            return .text(start: end, length: UInt32(bytes.count) - end)
        case .utc:
            var text = bytes.mutableSpan
            return .text(start: start, length: UInt32(UTCTime.rewrite(&text, at: range)))
        }
    }
}
