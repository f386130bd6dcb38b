/// The stored, decompressed upload of a job; immutable once complete.
package struct Upload: Hashable, Sendable {
    /// Bytes after decompression.
    package var byteCount: Int
    /// Lower-case hex SHA-256 of the decompressed bytes.
    package var digest: String
    /// CSV header names in file order; empty for JSON and NDJSON.
    package var header: [String]
    /// The CSV delimiter used, declared or sniffed; 0 for JSON and NDJSON.
    package var delimiter: UInt8
    /// True when lone CRs end the lines of this file.
    package var endsLinesWithCR: Bool

    package init(
        byteCount: Int, digest: String, header: [String], delimiter: UInt8, endsLinesWithCR: Bool = false
    ) {
        self.byteCount = byteCount
        self.digest = digest
        self.header = header
        self.delimiter = delimiter
        self.endsLinesWithCR = endsLinesWithCR
    }
}
