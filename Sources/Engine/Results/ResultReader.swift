import BulkModel
import Formats

/// Reads rows of a result file on its own queue.
actor ResultReader {
    nonisolated let executor = QueueExecutor(label: "breakbulk.page")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let path: String
    private var reader: UploadReader?

    init(path: String) { self.path = path }

    /// The header line: everything before the first row, or the whole file when there is none.
    func head(before end: Int?) throws -> [UInt8] {
        let file = try LocalFile(reading: path)
        return try file.read(at: 0, count: try end ?? file.byteCount())
    }

    /// The rows of the run that are asked for; those of a JSON array end in a comma, but for the last one.
    func rows(
        of run: SegmentRun, _ rows: Range<Int>, as format: ContentFormat, isLast: Bool
    ) throws -> [UInt8] {
        let reader = try self.reader ?? UploadReader(path: path)
        self.reader = reader
        let cutter = RowCutter(format: format)
        var bytes = try reader.read(run)
        let start = cutter.offset(ofRow: rows.lowerBound - run.origin.record, in: bytes)
        let end =
            rows.upperBound == run.nextRecord
            ? bytes.count : cutter.offset(ofRow: rows.upperBound - run.origin.record, in: bytes)
        if start > 0 || end < bytes.count { bytes = Array(bytes[start..<end]) }
        return format == .json ? cutter.separated(bytes, isLast: isLast) : bytes
    }
}
