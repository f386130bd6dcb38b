/// Where CSV records end (RFC 4180 section 2, with the repairs listed in Formats.md).
///
/// A line with an even number of quotes is a record, whether well formed or not. Only a line with an odd
/// number is looked at byte by byte: it may go on in the next line.
struct CSVBoundary: RecordBoundary {
    private let delimiter: UInt8
    private let endsLinesWithCR: Bool
    private let recordBytesMax: Int

    /// Bytes from the record's start on that are known to hold no line end.
    private var searchedBytes = 0
    /// The record's first line, relative to its start, while its quotes are followed into further lines.
    private var firstLine: Line?
    private var quotes = CSVQuoteMachine()
    /// First quote at or after the current record in the current buffer; -1: unknown.
    private var nextQuote = -1

    private struct Line {
        var contentBytes: Int
        var bytes: Int
    }

    init(delimiter: UInt8, endsLinesWithCR: Bool, recordBytesMax: Int) {
        self.delimiter = delimiter
        self.endsLinesWithCR = endsLinesWithCR
        self.recordBytesMax = recordBytesMax
    }

    mutating func enterBuffer() { nextQuote = -1 }

    @inline(__always)
    mutating func next(
        _ base: UnsafePointer<UInt8>, from start: Int, to count: Int, atEnd: Bool
    ) -> RecordExtent? {
        if firstLine != nil { return followQuotes(base, from: start, to: count, atEnd: atEnd) }
        guard let line = findLine(base, from: start, to: count, atEnd: atEnd) else {
            guard !atEnd, count - start >= recordBytesMax + 2 else { return nil }
            searchedBytes = 0
            return RecordExtent(kind: .tooLarge, contentEnd: start, end: start, lineCount: 0)
        }
        searchedBytes = 0
        let contentEnd = start + line.contentBytes
        guard line.contentBytes <= recordBytesMax else {
            return RecordExtent(kind: .tooLarge, contentEnd: start, end: start, lineCount: 0)
        }
        if nextQuote < start { nextQuote = ByteScan.first(ASCII.quote, base, start, count) }
        if nextQuote < contentEnd, ByteScan.isOdd(ASCII.quote, base, nextQuote, contentEnd) {
            firstLine = line
            quotes = CSVQuoteMachine()
            return followQuotes(base, from: start, to: count, atEnd: atEnd)
        }
        let kind: RecordExtent.Kind =
            line.contentBytes == 0 ? .blank : nextQuote < contentEnd ? .quoted : .plain
        return RecordExtent(kind: kind, contentEnd: contentEnd, end: start + line.bytes, lineCount: 1)
    }

    mutating func skip(
        _ base: UnsafePointer<UInt8>, from start: Int, to count: Int, atEnd: Bool
    ) -> (end: Int, lineCount: Int, isDone: Bool) {
        searchedBytes = 0
        if let line = findLine(base, from: start, to: count, atEnd: atEnd) {
            return (start + line.bytes, 1, true)
        }
        // A CR that may be the first half of a line end stays where it is.
        let end = start + searchedBytes
        searchedBytes = 0
        return (end, 0, false)
    }

    /// The physical line at `start`; nil when its end is not there yet.
    @inline(__always)
    private mutating func findLine(
        _ base: UnsafePointer<UInt8>, from start: Int, to count: Int, atEnd: Bool
    ) -> Line? {
        if endsLinesWithCR { return findLineWithCR(base, from: start, to: count, atEnd: atEnd) }
        let lf = ByteScan.first(ASCII.lf, base, start + searchedBytes, count)
        if lf < count {
            let contentEnd = lf > start && base[lf - 1] == ASCII.cr ? lf - 1 : lf
            return Line(contentBytes: contentEnd - start, bytes: lf + 1 - start)
        }
        if atEnd { return Line(contentBytes: count - start, bytes: count - start) }
        searchedBytes = count - start
        return nil
    }

    private mutating func findLineWithCR(
        _ base: UnsafePointer<UInt8>, from start: Int, to count: Int, atEnd: Bool
    ) -> Line? {
        let end = ByteScan.first(ASCII.lf, or: ASCII.cr, base, start + searchedBytes, count)
        let isHalf = end == count - 1 && base[end] == ASCII.cr
        if !atEnd, end == count || isHalf {
            searchedBytes = end - start
            return nil
        }
        if end == count { return Line(contentBytes: end - start, bytes: end - start) }
        let isPair = !isHalf && base[end] == ASCII.cr && base[end + 1] == ASCII.lf
        return Line(contentBytes: end - start, bytes: end + (isPair ? 2 : 1) - start)
    }

    /// Follows the record's quotes past its first line; falls back to that line when they do not work out.
    private mutating func followQuotes(
        _ base: UnsafePointer<UInt8>, from start: Int, to count: Int, atEnd: Bool
    ) -> RecordExtent? {
        guard let line = firstLine else { return nil }
        let verdict = quotes.run(
            base + start, to: count - start, atEnd: atEnd, contentBytesMax: recordBytesMax,
            delimiter: delimiter, endsLinesWithCR: endsLinesWithCR)
        if verdict == .needsMore { return nil }
        firstLine = nil
        if case .ended(let contentBytes, let bytes) = verdict {
            let end = start + bytes
            return RecordExtent(
                kind: .quoted, contentEnd: start + contentBytes, end: end,
                lineCount: CSVBoundary.lineCount(base, start, end, endsLinesWithCR: endsLinesWithCR))
        }
        var kind = RecordExtent.Kind.unclosed
        if case .stray(let at) = verdict, at < line.contentBytes { kind = .quoted }
        return RecordExtent(
            kind: kind, contentEnd: start + line.contentBytes, end: start + line.bytes, lineCount: 1)
    }

    /// Line ends in `start ..< end`, which ends behind one or at the end of the input.
    private static func lineCount(
        _ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int, endsLinesWithCR: Bool
    ) -> Int {
        let lfCount = ByteScan.count(ASCII.lf, base, start, end)
        guard endsLinesWithCR else { return lfCount }
        var loneCRCount = 0
        for index in start..<end where base[index] == ASCII.cr {
            if index + 1 == end || base[index + 1] != ASCII.lf { loneCRCount += 1 }
        }
        return lfCount + loneCRCount
    }
}
