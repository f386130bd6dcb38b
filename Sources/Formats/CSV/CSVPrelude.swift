import BulkModel

/// Finds the header line: everything before the first record of a CSV input; resumable.
struct CSVPrelude {
    enum Step: Hashable {
        case needsMore
        /// A blank line before the header, up to `end`.
        case blank(end: Int)
        /// The header line without and with its line end; `lineCount` is more than 1 when a name holds line
        /// ends.
        case header(contentEnd: Int, end: Int, lineCount: Int, endsLinesWithCR: Bool)
    }

    /// Bytes of the line looked at, and whether they end inside quotes.
    private var searchedBytes = 0
    private var isQuoted = false
    private var quotedLineCount = 0

    /// Looks at the line that begins at `start`; `start < count`.
    mutating func next(
        _ base: UnsafePointer<UInt8>, from start: Int, to count: Int, atEnd: Bool
    ) -> Step {
        var offset = start + searchedBytes
        while offset < count {
            let byte = base[offset]
            if byte == ASCII.quote { isQuoted.toggle() }
            if byte == ASCII.lf, isQuoted { quotedLineCount += 1 }
            if !isQuoted, byte == ASCII.lf || byte == ASCII.cr {
                if byte == ASCII.cr, offset + 1 == count, !atEnd { break }
                return end(base, from: start, lineEnd: offset, to: count)
            }
            offset += 1
        }
        searchedBytes = offset - start
        guard atEnd else { return .needsMore }
        return .header(
            contentEnd: count, end: count, lineCount: 1 + quotedLineCount, endsLinesWithCR: false)
    }

    private mutating func end(
        _ base: UnsafePointer<UInt8>, from start: Int, lineEnd: Int, to count: Int
    ) -> Step {
        let isCR = base[lineEnd] == ASCII.cr
        let isPair = isCR && lineEnd + 1 < count && base[lineEnd + 1] == ASCII.lf
        let end = lineEnd + (isPair ? 2 : 1)
        searchedBytes = 0
        if lineEnd == start { return .blank(end: end) }
        return .header(
            contentEnd: lineEnd, end: end, lineCount: 1 + quotedLineCount,
            endsLinesWithCR: isCR && !isPair)
    }
}
