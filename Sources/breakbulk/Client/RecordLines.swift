import BulkModel
import Formats

/// Finds the lines on which records of a file begin; results tell record numbers only, and a record may span
/// lines.
///
/// Reads the file again, no further than the last record asked for, in the memory of one segment and one
/// piece.
struct RecordLines {
    private var wanted: Set<Int>
    private(set) var lines: [Int: Int] = [:]
    private var splitter: RecordSplitter
    private var window: [UInt8] = []
    /// Where in the unpacked file the window begins.
    private var windowStart = 0
    private let limits: Limits

    /// The line of each record that was found; nothing for standard input, which cannot be read again.
    static func find(_ records: [Int], in file: InputFile) async -> [Int: Int] {
        guard file.path != "-", !records.isEmpty else { return [:] }
        var search = RecordLines(records, format: file.format)
        do {
            try await search.read(try ReadableFile(path: file.path), isPacked: file.compression == .gzip)
        } catch {
            // The file changed or went away since: the report then has record numbers without lines.
            return search.lines
        }
        return search.lines
    }

    init(_ records: [Int], format: ContentFormat) {
        wanted = Set(records)
        var limits = Limits()
        limits.uploadBytesMax = .max
        self.limits = limits
        splitter = RecordSplitter(
            format: format, delimiter: nil, limits: limits, segmentRecordsMax: limits.segmentRecordsMax)
    }

    private mutating func read(_ file: ReadableFile, isPacked: Bool) async throws {
        var inflater = Inflater(limits: limits)
        while !wanted.isEmpty {
            let piece = try await file.read(atMost: FilePieces.pieceBytes)
            guard !piece.isEmpty else { return try finish() }
            guard isPacked else {
                try take(piece)
                continue
            }
            var unpacked: [UInt8] = []
            try inflater.feed(piece, into: &unpacked)
            try take(unpacked)
        }
    }

    /// The next bytes of the unpacked file.
    mutating func take(_ bytes: [UInt8]) throws(FormatError) {
        window += bytes
        var segments: [Segment] = []
        try splitter.feed(bytes, into: &segments)
        for segment in segments { look(at: segment) }
    }

    /// The end of the file.
    mutating func finish() throws(FormatError) {
        var segments: [Segment] = []
        try splitter.finish(into: &segments)
        for segment in segments { look(at: segment) }
    }

    private mutating func look(at segment: Segment) {
        let end = segment.origin.byte + segment.byteCount
        defer {
            window.removeFirst(min(window.count, max(0, end - windowStart)))
            windowStart = max(windowStart, end)
        }
        let first = segment.origin.record
        let found = wanted.filter { (first..<first + segment.recordCount).contains($0) }
        guard !found.isEmpty, let shape = splitter.shape else { return }
        wanted.subtract(found)
        guard segment.refusal == nil else {
            for record in found { lines[record] = segment.origin.line }
            return
        }
        let bytes = Array(window[(segment.origin.byte - windowStart)..<(end - windowStart)])
        let batch = RecordDecoder(shape: shape, limits: limits).decode(bytes, from: segment.origin)
        for record in found where record - first < batch.recordCount {
            lines[record] = batch.position(of: record - first).line
        }
    }
}
