import CZlib

/// CRC-32 as gzip and zlib have it (polynomial 0xEDB88320).
package enum Checksum {
    /// The sum of `bytes`, continued from the sum of the bytes before them.
    package static func crc32(_ bytes: [UInt8], seed: UInt32 = 0) -> UInt32 {
        bytes.withUnsafeBytes { crc32($0, seed: seed) }
    }

    /// The sum of `bytes`, continued from the sum of the bytes before them.
    package static func crc32(_ bytes: UnsafeRawBufferPointer, seed: UInt32 = 0) -> UInt32 {
        guard let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return seed }
        return UInt32(truncatingIfNeeded: crc32_z(UInt(seed), base, bytes.count))
    }
}
