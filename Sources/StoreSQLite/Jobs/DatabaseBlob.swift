import Engine
import Foundation
import GRDB

/// Byte arrays and lists of texts as database values. GRDB speaks `Data`, so Foundation comes in here and
/// nowhere else.
enum DatabaseBlob {
    static func value(_ bytes: [UInt8]) -> Data { Data(bytes) }

    static func texts(_ texts: [String]) -> Data {
        var encoder = ByteEncoder()
        encoder.texts(texts)
        return Data(encoder.bytes)
    }

    /// Nil and an empty value are both no bytes.
    static func bytes(_ row: Row, _ column: String) -> [UInt8] { [UInt8](row[column] as Data? ?? Data()) }

    static func bytes(_ data: Data?) -> [UInt8] { [UInt8](data ?? Data()) }

    static func texts(_ bytes: [UInt8]) throws -> [String] {
        var decoder = ByteDecoder(bytes)
        return try decoder.texts()
    }
}
