package import BulkModel

/// A run of whole records between two cut marks of an upload; chunks are runs of segments.
package struct Segment: Hashable, Sendable {
    /// Number (from 1) of its first record, line and byte where it begins.
    package var origin: Position
    package var recordCount: Int
    package var byteCount: Int
    /// CRC-32 (zlib's) of its bytes, so that a damaged file is noticed before it is loaded.
    package var checksum: UInt32
    /// Set when the segment is one record that must not be read into memory: the splitter refused it.
    package var refusal: Refused?

    /// Why the splitter refused a record by itself.
    package enum Refused: UInt8, Sendable {
        /// Longer than `Limits.recordBytesMax`.
        case tooLarge = 1
    }

    package init(
        origin: Position, recordCount: Int, byteCount: Int, checksum: UInt32, refusal: Refused? = nil
    ) {
        self.origin = origin
        self.recordCount = recordCount
        self.byteCount = byteCount
        self.checksum = checksum
        self.refusal = refusal
    }
}
