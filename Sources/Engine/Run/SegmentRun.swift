import BulkModel
import Formats

/// Consecutive segments that are read and decoded together: what becomes one chunk, or one piece of a result.
struct SegmentRun: Hashable, Sendable {
    /// At least one; a refused one stands alone.
    let segments: [Segment]

    var origin: Position { segments[0].origin }
    var recordCount: Int { segments.reduce(0) { $0 + $1.recordCount } }
    /// Number of the first record after it.
    var nextRecord: Int { origin.record + recordCount }
    /// Numbers of its records.
    var records: Range<Int> { origin.record..<nextRecord }
    var refusal: Segment.Refused? { segments[0].refusal }

    /// From its first byte to its last one, whatever lies between segments included.
    var byteCount: Int {
        guard let last = segments.last else { return 0 }
        return last.origin.byte + last.byteCount - origin.byte
    }

    /// The run of the page that begins with the segment of `record`: as many segments as hold at least
    /// `records` records from there on and at most `bytesMax` bytes, but at least one. Nil when the page does
    /// not hold it.
    init?(from record: Int, in page: SegmentPage, records: Int, bytesMax: Int) {
        let all = page.segments
        guard let first = all.firstIndex(where: { $0.origin.record + $0.recordCount > record }),
            all[first].origin.record <= record
        else { return nil }
        var end = first + 1
        while all[first].refusal == nil, end < all.count, all[end].refusal == nil,
            all[end].origin.record - record < records,
            all[end].origin.byte + all[end].byteCount - all[first].origin.byte <= bytesMax
        {
            end += 1
        }
        segments = Array(all[first..<end])
    }
}
