import Foundation

/// Does to files what disks do.
enum Damage {
    /// Changes one byte.
    static func flipByte(of path: String, at offset: Int) throws {
        var bytes = try Data(contentsOf: URL(filePath: path))
        bytes[offset] ^= 1
        try bytes.write(to: URL(filePath: path))
    }

    /// Cuts the file to that many bytes; nil removes it.
    static func cut(_ path: String, to size: Int?) throws {
        guard let size else { return try FileManager.default.removeItem(atPath: path) }
        let bytes = try Data(contentsOf: URL(filePath: path))
        try bytes.prefix(size).write(to: URL(filePath: path))
    }
}
