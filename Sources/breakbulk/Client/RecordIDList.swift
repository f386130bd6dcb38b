import BulkModel
import Formats

/// The ids of `--ids`: a line each, or the lines that `--errors` wrote.
enum RecordIDList {
    private static let fileBytesMax = 64 << 20

    /// From a file, `-` for standard input; empty lines are skipped.
    static func read(_ path: String) throws(CommandFailure) -> [JSONValue] {
        let bytes: [UInt8]
        do {
            bytes = try ReadableFile(path: path).readNow(atMost: fileBytesMax + 1).get()
        } catch {
            throw error.failure
        }
        guard bytes.count <= fileBytesMax else {
            throw CommandFailure(.usage, "\(path) is over \(Figures.bytes(Double(fileBytesMax))).")
        }
        return try ids(String(decoding: bytes, as: UTF8.self), path: path)
    }

    /// The ids of the text's lines; `path` is for messages.
    static func ids(_ text: String, path: String) throws(CommandFailure) -> [JSONValue] {
        var ids: [JSONValue] = []
        // As bytes: \r\n is one Character.
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, bytes) in lines.enumerated() {
            let line = String(
                decoding: bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes, as: UTF8.self)
            guard !line.isEmpty else { continue }
            guard line.hasPrefix("{") else {
                ids.append(.string(line))
                continue
            }
            guard let id = recordID(line) else {
                throw CommandFailure(
                    .usage, "\(path), line \(index + 1): a line in braces must have a \"recordId\".")
            }
            ids.append(id)
        }
        return ids
    }

    private static func recordID(_ line: String) -> JSONValue? {
        // What cannot be read has no id, and is refused with its line.
        try? JSONParser.parse(Array(line.utf8), limits: Limits())["recordId"]
    }
}
