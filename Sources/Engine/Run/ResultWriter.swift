import BulkModel
import Formats

/// Writes the result file of a query job on its own queue: a header line for CSV, then the rows as they come.
actor ResultWriter {
    nonisolated let executor = QueueExecutor(label: "breakbulk.result")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let id: JobID
    private let folder: UploadFolder
    private let bytesMax: Int
    private var file: LocalFile?
    private var byteCount = 0
    private var rowCount = 0
    private var segments: [Segment] = []

    init(_ id: JobID, folder: UploadFolder, bytesMax: Int) {
        self.id = id
        self.folder = folder
        self.bytesMax = bytesMax
    }

    /// Makes the file anew; what an interrupted run had written is gone.
    func begin(columns: [String], format: ContentFormat) throws {
        try folder.make(for: id)
        file = try LocalFile(creating: folder.result(of: id))
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

    /// Makes the file durable; gives the segments that are not saved yet.
    func finish() throws -> SegmentPage? {
        try file?.synchronize()
        file = nil
        try folder.synchronizeNames(of: id)
        return takePage()
    }

    private func takePage() -> SegmentPage? {
        guard !segments.isEmpty else { return nil }
        defer { segments = [] }
        return SegmentPage(segments: segments)
    }
}
