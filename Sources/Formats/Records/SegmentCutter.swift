import BulkModel

/// Gathers records into segments: counts, places and sums; told of bytes in their order, none left out.
///
/// A segment is given out only when the next record begins, so that blank lines after a record always belong
/// to it and none has blank lines alone (but for runs of them beyond `bytesMax`).
struct SegmentCutter {
    private let recordsMax: Int
    private let bytesMax: Int

    /// Where the next byte lies: number of the next record, its line and byte.
    private(set) var next = Position(record: 1, line: 1, byte: 0)
    private var open: Segment?
    /// Bytes of the open segment before this offset of the current buffer are in its checksum.
    private var summedEnd = 0

    init(recordsMax: Int, bytesMax: Int) {
        self.recordsMax = max(1, recordsMax)
        self.bytesMax = max(1, bytesMax)
    }

    /// Bytes that belong to no segment (mark, header, blank lines before the first record).
    mutating func pass(_ byteCount: Int, lineCount: Int) {
        next.byte += byteCount
        next.line += lineCount
    }

    /// To be called when the bytes are others than before; all of them are yet to be taken.
    mutating func enterBuffer() { summedEnd = 0 }

    /// Takes `byteCount` bytes between records, at `start` of the buffer.
    mutating func takeBlank(
        _ base: UnsafePointer<UInt8>, at start: Int, byteCount: Int, lineCount: Int,
        into segments: inout [Segment]
    ) {
        if let segment = open, segment.refusal == nil, segment.byteCount + byteCount > 2 * bytesMax {
            cut(base, at: start, into: &segments)
            open = Segment(origin: next, recordCount: 0, byteCount: 0, checksum: 0)
        }
        open?.byteCount += byteCount
        pass(byteCount, lineCount: lineCount)
    }

    /// Takes a record with its line end, at `start` of the buffer.
    @inline(__always)
    mutating func takeRecord(
        _ base: UnsafePointer<UInt8>, at start: Int, byteCount: Int, lineCount: Int,
        into segments: inout [Segment]
    ) {
        if mustCut(before: byteCount) { cut(base, at: start, into: &segments) }
        if open == nil { begin(at: start, refusal: nil) }
        open?.recordCount += 1
        open?.byteCount += byteCount
        next.record += 1
        pass(byteCount, lineCount: lineCount)
    }

    /// Begins the segment of a record that is refused; `takeRefused` brings its bytes.
    mutating func beginRefused(
        _ base: UnsafePointer<UInt8>, at start: Int, _ refusal: Segment.Refused,
        into segments: inout [Segment]
    ) {
        cut(base, at: start, into: &segments)
        begin(at: start, refusal: refusal)
        open?.recordCount = 1
        next.record += 1
    }

    /// Takes further bytes of the refused record.
    mutating func takeRefused(byteCount: Int, lineCount: Int) {
        open?.byteCount += byteCount
        pass(byteCount, lineCount: lineCount)
    }

    /// To be called before the buffer goes away: sums what was taken up to `end`.
    mutating func leaveBuffer(_ base: UnsafePointer<UInt8>, at end: Int) {
        if let sum = open?.checksum, end > summedEnd {
            let bytes = UnsafeRawBufferPointer(start: base + summedEnd, count: end - summedEnd)
            open?.checksum = Checksum.crc32(bytes, seed: sum)
        }
        summedEnd = end
    }

    /// Where the segment that is being gathered begins, nil when there is none or its record is refused.
    var openByte: Int? { open.flatMap { $0.refusal == nil ? $0.origin.byte : nil } }

    /// Gives out the last segment; its bytes must have been summed.
    mutating func finish(into segments: inout [Segment]) {
        if let segment = open { segments.append(segment) }
        open = nil
    }

    private func mustCut(before byteCount: Int) -> Bool {
        guard let segment = open else { return false }
        return segment.recordCount >= recordsMax || segment.refusal != nil
            || segment.byteCount + byteCount > bytesMax
    }

    private mutating func cut(
        _ base: UnsafePointer<UInt8>, at start: Int, into segments: inout [Segment]
    ) {
        leaveBuffer(base, at: start)
        finish(into: &segments)
    }

    private mutating func begin(at start: Int, refusal: Segment.Refused?) {
        open = Segment(origin: next, recordCount: 0, byteCount: 0, checksum: 0, refusal: refusal)
        summedEnd = start
    }
}
