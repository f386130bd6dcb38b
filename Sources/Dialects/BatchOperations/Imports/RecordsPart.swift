import BulkModel
import Formats

/// What is known of records before their bytes: what they are and how they are packed.
struct RecordsPart: Hashable, Sendable {
    /// Nil when the sender does not say.
    var format: ContentFormat?
    var compression = Compression.none

    init(format: ContentFormat) { self.format = format }

    /// Of a file in a form. What it says of its type counts, else the end of its name. UNSUPPORTED_MEDIA_TYPE for a packing
    /// that is not taken.
    init(_ part: MultipartPart) throws(Refusal) {
        let type = MediaType.name(in: part.contentType)
        let name = (part.fileName ?? "").lowercased()
        let isGzipName = name.hasSuffix(".gz")
        let encoding = try UploadMediaType.compression(part.contentEncoding) ?? .none
        if encoding == .gzip || isGzipName || Self.gzipTypes.contains(type) { compression = .gzip }
        let suffix = name.dropLast(isGzipName ? 3 : 0).split(separator: ".", omittingEmptySubsequences: false)
            .dropFirst().last
        format = MediaType.format(named: type) ?? suffix.flatMap { Self.suffixes[String($0)] }
    }

    private static let gzipTypes: Set<String> = ["application/gzip", "application/x-gzip"]
    private static let suffixes: [String: ContentFormat] = [
        "csv": .csv, "tsv": .csv, "tab": .csv, "json": .json, "ndjson": .ndjson, "jsonl": .ndjson,
    ]
}
