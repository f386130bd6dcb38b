/// Where the elements of a top-level JSON array end; commas and white space between them are no records.
///
/// Commas are not counted: a missing or a doubled one is read over.
struct JSONArrayBoundary: RecordBoundary {
    private let recordBytesMax: Int
    private var element = JSONElementMachine()
    /// The closing bracket was read.
    private var isClosed = false
    /// Bytes from the closing bracket on that are known to be white space, the bracket included.
    private var tailBytes = 0
    /// What is skipped is text after the closing bracket.
    private var isSkippingTail = false

    init(recordBytesMax: Int) { self.recordBytesMax = recordBytesMax }

    /// False when the input ended without the closing bracket. An element that is broken may have swallowed that: then
    /// the input, blanks aside, still ends with this byte.
    func isComplete(endingWith lastByte: UInt8) -> Bool {
        isClosed || (lastByte == ASCII.closeBracket && (element.isInside || element.wasCut))
    }

    mutating func enterBuffer() {}

    mutating func next(
        _ base: UnsafePointer<UInt8>, from start: Int, to count: Int, atEnd: Bool
    ) -> RecordExtent? {
        if !element.isInside, let end = JSONArrayBoundary.separatorsEnd(base, start, count) {
            return extent(.blank, base, from: start, contentEnd: start, end: end)
        }
        if !element.isInside, base[start] == ASCII.closeBracket {
            return close(base, from: start, to: count, atEnd: atEnd)
        }
        switch element.run(base + start, to: count - start, atEnd: atEnd) {
        case .ended(let bytes):
            guard bytes <= recordBytesMax else { return refuse(at: start) }
            return extent(.plain, base, from: start, contentEnd: start + bytes, end: start + bytes)
        case .needsMore(let readBytes):
            return readBytes > recordBytesMax ? refuse(at: start) : nil
        }
    }

    mutating func skip(
        _ base: UnsafePointer<UInt8>, from start: Int, to count: Int, atEnd: Bool
    ) -> (end: Int, lineCount: Int, isDone: Bool) {
        if isSkippingTail { return (count, ByteScan.count(ASCII.lf, base, start, count), false) }
        var end = start
        var isDone = false
        switch element.run(base + start, to: count - start, atEnd: atEnd) {
        case .ended(let bytes):
            end += bytes
            isDone = true
        case .needsMore(let readBytes):
            end += readBytes
            element.forget(readBytes, of: base + start)
        }
        return (end, ByteScan.count(ASCII.lf, base, start, end), isDone)
    }

    /// `]` is the end, unless text follows within the size of a record: then it begins a record made of all
    /// the rest.
    private mutating func close(
        _ base: UnsafePointer<UInt8>, from start: Int, to count: Int, atEnd: Bool
    ) -> RecordExtent? {
        let limit = min(count, start + recordBytesMax + 1)
        var offset = start + max(1, tailBytes)
        while offset < limit, ASCII.isJSONSpace(base[offset]) { offset += 1 }
        tailBytes = offset - start
        if offset < limit {
            isSkippingTail = count - start > recordBytesMax
            isClosed = true
            if isSkippingTail { return refuse(at: start) }
            return atEnd ? extent(.trailing, base, from: start, contentEnd: count, end: count) : nil
        }
        guard atEnd || limit > start + recordBytesMax else { return nil }
        isClosed = true
        tailBytes = 0
        return extent(.blank, base, from: start, contentEnd: start, end: limit)
    }

    /// The element is read again from its start by `skip`, so that what is skipped does not depend on the
    /// cuts.
    private mutating func refuse(at start: Int) -> RecordExtent {
        element = JSONElementMachine()
        return RecordExtent(kind: .tooLarge, contentEnd: start, end: start, lineCount: 0)
    }

    private func extent(
        _ kind: RecordExtent.Kind, _ base: UnsafePointer<UInt8>, from start: Int, contentEnd: Int, end: Int
    ) -> RecordExtent {
        RecordExtent(
            kind: kind, contentEnd: contentEnd, end: end,
            lineCount: ByteScan.count(ASCII.lf, base, start, end))
    }

    /// End of the white space and commas at `start`, nil when there are none.
    private static func separatorsEnd(_ base: UnsafePointer<UInt8>, _ start: Int, _ count: Int) -> Int? {
        var end = start
        while end < count, ASCII.isJSONSpace(base[end]) || base[end] == ASCII.comma { end += 1 }
        return end > start ? end : nil
    }
}
