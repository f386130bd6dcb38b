import BulkModel
import Formats

/// Reads runs of segments from a stored upload and notices damage before a record is decoded. Calls block.
struct UploadReader {
    private let file: LocalFile

    init(path: String) throws(UploadDamage) {
        do {
            file = try LocalFile(reading: path)
        } catch {
            throw UploadDamage(position: Position(record: 0, line: 0, byte: 0), cause: error)
        }
    }

    /// The bytes of the run. Throws when they are not what arrived.
    func read(_ run: SegmentRun) throws(UploadDamage) -> [UInt8] {
        let bytes: [UInt8]
        do {
            bytes = try file.read(at: run.origin.byte, count: run.byteCount)
        } catch {
            throw UploadDamage(position: run.origin, cause: error)
        }
        for segment in run.segments {
            let start = segment.origin.byte - run.origin.byte
            let sum = checksum(of: bytes, start..<start + segment.byteCount)
            guard sum == segment.checksum else { throw UploadDamage(position: segment.origin, cause: nil) }
        }
        return bytes
    }

    /// Boundary: the buffer is lent to the sum for one call; the range lies within the bytes that were just
    /// read.
    private func checksum(of bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
        bytes.withUnsafeBytes { Checksum.crc32(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }
}
