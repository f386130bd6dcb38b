import BulkModel
import Formats
import Planning

/// Whole records of a body, ready for the store, and the marks by which the same body is known again.
struct IngestChunk: Sendable {
    let batch: BoundBatch
    /// Index (from 0) of the first record that is not committed.
    let start: Int
    /// Cover the bytes from the last chunk's end to this one's, without gaps.
    let marks: [Segment]
    /// Sum of those bytes of the first mark that lie before the batch.
    let leadSum: UInt32
    /// The batch's bytes as they came, where it may stop within.
    let raw: [UInt8]?

    /// The marks cut off behind the record before `index`: what comes instead of the rest is free.
    func marks(before index: Int) -> [Segment] {
        let end = batch.origin.record + index
        var kept: [Segment] = []
        for mark in marks where mark.origin.record < end {
            guard mark.origin.record + mark.recordCount > end else {
                kept.append(mark)
                continue
            }
            if let part = cut(mark, before: index) { kept.append(part) }
        }
        return kept
    }

    /// Boundary: the bytes are lent to the sum for one call; the range is cut to what there is.
    private func cut(_ mark: Segment, before index: Int) -> Segment? {
        guard let raw, index > 0 else { return nil }
        let place = batch.places[index - 1]
        let end = min(raw.count, Int(place.start) + Int(place.length))
        let from = max(0, mark.origin.byte - batch.origin.byte)
        guard from <= end else { return nil }
        var part = mark
        part.recordCount = batch.origin.record + index - mark.origin.record
        part.byteCount = batch.origin.byte + end - mark.origin.byte
        part.checksum = raw.withUnsafeBytes {
            Checksum.crc32(
                UnsafeRawBufferPointer(rebasing: $0[from..<end]),
                seed: mark.origin.byte < batch.origin.byte ? leadSum : 0)
        }
        return part
    }
}
