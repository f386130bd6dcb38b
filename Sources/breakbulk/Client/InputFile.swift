import BulkModel

/// The file of a load: what it is, and its bytes from the start.
struct InputFile: Sendable {
    let path: String
    let format: ContentFormat
    let compression: Compression
    /// Nil when it is not known beforehand (standard input).
    let byteCount: Int?
    private let file: ReadableFile
    private let head: [UInt8]

    /// Opens the file (`-`: standard input); gzip is seen by its first two bytes, the format by the name
    /// unless given.
    init(path: String, format: ContentFormat?) throws(CommandFailure) {
        do {
            file = try ReadableFile(path: path)
            guard !file.isFolder else { throw CommandFailure(.usage, "\(path) is a folder, not a file.") }
            head = try file.readNow(atMost: 2).get()
        } catch let fault as FileFault {
            throw fault.failure
        } catch {
            throw error as? CommandFailure ?? CommandFailure(.usage, "\(path): \(error)")
        }
        self.path = path
        self.format = format ?? Self.format(ofName: path) ?? .csv
        // RFC 1952, 2.3.1: "ID1 = 31 (0x1f, \037), ID2 = 139 (0x8b, \213)".
        compression = head == [0x1F, 0x8B] ? .gzip : .none
        byteCount = file.byteCount
    }

    /// The bytes; to be read once.
    var pieces: FilePieces { FilePieces(head: head, file: file) }

    /// What a file name says of its format, `.gz` aside; nil when it says nothing.
    static func format(ofName path: String) -> ContentFormat? {
        var name = path.lowercased()
        if name.hasSuffix(".gz") { name.removeLast(3) }
        let endings: KeyValuePairs<String, ContentFormat> = [
            ".csv": .csv, ".tsv": .csv, ".txt": .csv, ".json": .json, ".ndjson": .ndjson, ".jsonl": .ndjson,
        ]
        return endings.first { name.hasSuffix($0.key) }?.value
    }
}
