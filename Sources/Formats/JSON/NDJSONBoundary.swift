/// Where NDJSON records end: at a line feed, whatever the line holds; lines of white space are no records.
struct NDJSONBoundary: RecordBoundary {
    private let recordBytesMax: Int
    /// Bytes from the record's start on that are known to hold no line feed.
    private var searchedBytes = 0

    init(recordBytesMax: Int) { self.recordBytesMax = recordBytesMax }

    mutating func enterBuffer() {}

    mutating func next(
        _ base: UnsafePointer<UInt8>, from start: Int, to count: Int, atEnd: Bool
    ) -> RecordExtent? {
        let lf = ByteScan.first(ASCII.lf, base, start + searchedBytes, count)
        if lf == count, !atEnd, count - start < recordBytesMax + 2 {
            searchedBytes = count - start
            return nil
        }
        searchedBytes = 0
        let hasLineEnd = lf < count
        let contentEnd = hasLineEnd && lf > start && base[lf - 1] == ASCII.cr ? lf - 1 : lf
        guard contentEnd - start <= recordBytesMax else {
            return RecordExtent(kind: .tooLarge, contentEnd: start, end: start, lineCount: 0)
        }
        var first = start
        while first < contentEnd, ASCII.isJSONSpace(base[first]) { first += 1 }
        return RecordExtent(
            kind: first == contentEnd ? .blank : .plain, contentEnd: contentEnd,
            end: hasLineEnd ? lf + 1 : count, lineCount: 1)
    }

    mutating func skip(
        _ base: UnsafePointer<UInt8>, from start: Int, to count: Int, atEnd: Bool
    ) -> (end: Int, lineCount: Int, isDone: Bool) {
        searchedBytes = 0
        let lf = ByteScan.first(ASCII.lf, base, start, count)
        return lf < count ? (lf + 1, 1, true) : (count, 0, atEnd)
    }
}
