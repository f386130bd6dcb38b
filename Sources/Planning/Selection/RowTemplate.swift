import BulkModel

/// What every record of a selection gets: bound once, shared by all rows.
struct RowTemplate: Sendable {
    /// What the values' spans lie in.
    let bytes: [UInt8]
    /// One value for each column behind the key.
    let values: [BoundValue]
    /// The values that are the time of the write, by index.
    let times: [Time]

    /// A value that is only known when the write happens.
    struct Time: Hashable, Sendable {
        let index: Int
        /// A day without its hour.
        let isDate: Bool
    }

    /// Characters of a timestamp's text that are its day (RFC 3339, section 5.6, `full-date`).
    private static let dateLength: UInt32 = 10

    /// The values with `now` among them; appends its text to `bytes`, which begin with the template's own.
    func values(now: Timestamp, in bytes: inout [UInt8]) -> [BoundValue] {
        guard !times.isEmpty else { return values }
        let start = UInt32(bytes.count)
        bytes.append(contentsOf: now.rfc3339.utf8)
        let length = UInt32(bytes.count) - start
        var values = values
        for time in times {
            values[time.index] = .text(start: start, length: time.isDate ? Self.dateLength : length)
        }
        return values
    }
}
