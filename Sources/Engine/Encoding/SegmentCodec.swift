import BulkModel
import Formats

/// Segment pages as bytes: differences to what the segment before predicts, mostly one byte each.
package enum SegmentCodec {
    /// The page's segments, each against the end of the one before.
    package static func encode(_ page: SegmentPage) -> [UInt8] {
        var encoder = ByteEncoder()
        var expected = Position(record: 0, line: 0, byte: 0)
        for segment in page.segments {
            encoder.signed(Int64(segment.origin.record - expected.record))
            encoder.signed(Int64(segment.origin.line - expected.line))
            encoder.signed(Int64(segment.origin.byte - expected.byte))
            encoder.count(segment.recordCount)
            encoder.count(segment.byteCount)
            encoder.unsigned(UInt64(segment.checksum))
            encoder.count(Int(segment.refusal?.rawValue ?? 0))
            expected = end(of: segment)
        }
        return encoder.bytes
    }

    /// Throws `unusable` when the bytes are damaged.
    package static func page(_ bytes: [UInt8]) throws(StoreError) -> SegmentPage {
        var decoder = ByteDecoder(bytes)
        var segments: [Segment] = []
        var expected = Position(record: 0, line: 0, byte: 0)
        while !decoder.isAtEnd {
            let segment = try self.segment(&decoder, after: expected)
            segments.append(segment)
            expected = end(of: segment)
        }
        return SegmentPage(segments: segments)
    }

    private static func segment(
        _ decoder: inout ByteDecoder, after expected: Position
    ) throws(StoreError) -> Segment {
        let origin = Position(
            record: expected.record &+ Int(try decoder.signed()),
            line: expected.line &+ Int(try decoder.signed()),
            byte: expected.byte &+ Int(try decoder.signed()))
        let recordCount = try decoder.count()
        let byteCount = try decoder.count()
        guard let checksum = UInt32(exactly: try decoder.unsigned()),
            let refusal = UInt8(exactly: try decoder.count())
        else { throw ByteDecoder.damaged }
        return Segment(
            origin: origin, recordCount: recordCount, byteCount: byteCount, checksum: checksum,
            refusal: Segment.Refused(rawValue: refusal))
    }

    /// Where the next segment lies when every record is one line.
    private static func end(of segment: Segment) -> Position {
        Position(
            record: segment.origin.record &+ segment.recordCount,
            line: segment.origin.line &+ segment.recordCount,
            byte: segment.origin.byte &+ segment.byteCount)
    }
}
