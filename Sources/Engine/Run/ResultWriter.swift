import BulkModel
import Formats

/// Writes the result file of a query job on its own queue: a header line for CSV, then the rows as they come.
///
/// Until it is committed the file has a name of its own: what a node writes that lost the job mixes with nothing.
actor ResultWriter {
    nonisolated let executor = QueueExecutor(label: "breakbulk.result")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let id: JobID
    private let folder: UploadFolder
    private let bytesMax: Int
    private let part: String
    private var file: LocalFile?
    private var byteCount = 0
    private var rowCount = 0
    private var segments: [Segment] = []

    init(_ id: JobID, core: EngineCore) {
        self.id = id
        folder = core.folder
        bytesMax = core.limits.queryBytesWrittenMax
        part = core.folder.part(.result, of: id, token: core.timing.random())
    }

    /// Makes the file; what an interrupted run had written is gone.
    func begin(columns: [String], format: ContentFormat) throws {
        try folder.make(for: id)
        try folder.removeParts(.result, of: id)
        file = try LocalFile(creating: part)
        guard format == .csv else { return }
        var writer = CSVWriter()
        for column in columns { writer.cell(column) }
        writer.endLine()
        try file?.append(writer.bytes)
        byteCount = writer.bytes.count
    }

    /// Appends rows; gives the page of segments that is full now.
    func append(_ page: QueryPage) throws -> SegmentPage? {
        guard page.rowCount > 0 else { return nil }
        guard byteCount + page.bytes.count <= bytesMax else {
            throw Refusal(.queryLimit, "The result is over \(bytesMax) bytes; narrow the query.")
        }
        try file?.append(page.bytes)
        segments.append(
            Segment(
                origin: Position(record: rowCount + 1, line: 0, byte: byteCount), recordCount: page.rowCount,
                byteCount: page.bytes.count, checksum: Checksum.crc32(page.bytes)))
        byteCount += page.bytes.count
        rowCount += page.rowCount
        return segments.count >= UploadIntake.pageSegmentsMax ? takePage() : nil
    }

    /// Makes the bytes durable; gives the segments that are not saved yet. Without any row that is an empty one, which
    /// replaces what an interrupted run had saved.
    func finish() throws -> SegmentPage? {
        try file?.synchronize()
        file = nil
        return rowCount == 0 ? emptyPage : takePage()
    }

    /// Makes what was finished the job's result, durably.
    func commit() throws { try folder.commit(part, as: .result, of: id) }

    /// Removes what was written and is not the job's result.
    func discard() throws {
        file = nil
        try folder.removeFile(part)
    }

    private var emptyPage: SegmentPage {
        let origin = Position(record: 1, line: 0, byte: byteCount)
        return SegmentPage(segments: [
            Segment(origin: origin, recordCount: 0, byteCount: 0, checksum: Checksum.crc32([]))
        ])
    }

    private func takePage() -> SegmentPage? {
        guard !segments.isEmpty else { return nil }
        defer { segments = [] }
        return SegmentPage(segments: segments)
    }
}
