/// Cuts a CSV record into cells.
///
/// Unsafe for the reason of `ByteScan`: every cell of every upload passes here. Invariant, held by
/// `CSVDecoder`: the record's bytes are readable (and writable for `unescape`), and `row` has room for
/// `columnCount` fields.
enum CSVCells {
    /// How many cells a record has.
    struct Count {
        var count = 0
        /// Where the first cell beyond the header's width begins.
        var firstExtra = 0
        var hasDoubledQuotes = false
        /// Where and in which cell (from 0) the quoting breaks; the row is of no use then.
        var badQuote: (offset: Int, cell: Int)?
    }

    /// Cuts a record without quotes; up to `readable` bytes may be looked at beyond its end.
    @inline(__always)
    static func splitPlain(
        _ base: UnsafePointer<UInt8>, from start: Int, to end: Int, readable: Int, delimiter: UInt8,
        into row: UnsafeMutablePointer<Field>, columnCount: Int
    ) -> Count {
        let pattern = ByteScan.repeated(delimiter)
        var cells = Count()
        var cellStart = start
        var index = start
        while index < end {
            var mask: UInt64
            if index + 8 <= readable {
                mask = ByteScan.zeroBytes(ByteScan.load(base, index) ^ pattern)
                if index + 8 > end { mask &= (1 << (UInt64(end - index) * 8)) &- 1 }
            } else {
                mask = 0
                for lane in 0..<(end - index) where base[index + lane] == delimiter {
                    mask |= 0x80 << (UInt64(lane) * 8)
                }
            }
            while mask != 0 {
                let cellEnd = index + mask.trailingZeroBitCount >> 3
                put(cellStart, cellEnd, .bare, &cells, row, columnCount)
                cellStart = cellEnd + 1
                mask &= mask &- 1
            }
            index += 8
        }
        put(cellStart, end, .bare, &cells, row, columnCount)
        return cells
    }

    /// Cuts a record that may have quotes; quoted cells keep their doubled quotes until `unescape`.
    static func split(
        _ base: UnsafePointer<UInt8>, from start: Int, to end: Int, delimiter: UInt8,
        into row: UnsafeMutablePointer<Field>, columnCount: Int
    ) -> Count {
        var cells = Count()
        var offset = start
        while true {
            if offset < end, base[offset] == ASCII.quote {
                guard let close = closingQuote(base, offset, end, &cells.hasDoubledQuotes) else {
                    cells.badQuote = (offset, cells.count)
                    return cells
                }
                put(offset + 1, close, .quoted, &cells, row, columnCount)
                offset = close + 1
                guard offset == end || base[offset] == delimiter else {
                    cells.badQuote = (offset, cells.count - 1)
                    return cells
                }
            } else {
                let cellEnd = ByteScan.first(delimiter, or: ASCII.quote, base, offset, end)
                guard cellEnd == end || base[cellEnd] == delimiter else {
                    cells.badQuote = (cellEnd, cells.count)
                    return cells
                }
                put(offset, cellEnd, .bare, &cells, row, columnCount)
                offset = cellEnd
            }
            guard offset < end else { return cells }
            offset += 1
        }
    }

    /// Removes the second of each pair of quotes in the row's quoted cells, in place.
    static func unescape(
        _ base: UnsafeMutablePointer<UInt8>, _ row: UnsafeMutablePointer<Field>, columnCount: Int
    ) {
        for column in 0..<columnCount where row[column].kind == .quoted {
            let start = Int(row[column].start)
            let end = start + Int(row[column].length)
            var source = ByteScan.first(ASCII.quote, base, start, end)
            guard source < end else { continue }
            var target = source
            while source < end {
                let byte = base[source]
                base[target] = byte
                target += 1
                source += byte == ASCII.quote ? 2 : 1
            }
            row[column] = Field(
                start: row[column].start, length: UInt32(truncatingIfNeeded: target - start), kind: .quoted)
        }
    }

    /// The cell (from 0) that the byte at `offset` lies in; quotes are taken as they come.
    static func index(
        of offset: Int, _ base: UnsafePointer<UInt8>, from start: Int, delimiter: UInt8
    ) -> Int {
        var cell = 0
        var isQuoted = false
        for index in start..<offset {
            if base[index] == ASCII.quote { isQuoted.toggle() }
            if base[index] == delimiter, !isQuoted { cell += 1 }
        }
        return cell
    }

    /// The quote that closes the one at `open`; nil when there is none.
    @inline(__always)
    private static func closingQuote(
        _ base: UnsafePointer<UInt8>, _ open: Int, _ end: Int, _ hasDoubledQuotes: inout Bool
    ) -> Int? {
        var offset = open + 1
        while true {
            let quote = ByteScan.first(ASCII.quote, base, offset, end)
            guard quote < end else { return nil }
            guard quote + 1 < end, base[quote + 1] == ASCII.quote else { return quote }
            hasDoubledQuotes = true
            offset = quote + 2
        }
    }

    @inline(__always)
    private static func put(
        _ start: Int, _ end: Int, _ kind: FieldKind, _ cells: inout Count,
        _ row: UnsafeMutablePointer<Field>, _ columnCount: Int
    ) {
        if cells.count < columnCount {
            row[cells.count] = Field(
                start: UInt32(truncatingIfNeeded: start), length: UInt32(truncatingIfNeeded: end - start),
                kind: kind)
        } else if cells.count == columnCount {
            cells.firstExtra = start
        }
        cells.count += 1
    }
}
