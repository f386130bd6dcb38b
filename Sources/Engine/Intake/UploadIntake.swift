import BulkModel
import Formats

/// Takes in one upload: inflates, splits, digests and writes each piece on its own queue, in constant memory.
actor UploadIntake {
    /// What became known by a piece.
    struct Step: Sendable {
        /// Pages that are full now and want saving.
        var pages: [SegmentPage] = []
        /// The shape, in the step in which it became known.
        var shape: InputShape?
    }

    /// The upload, whole and on the disk.
    struct Finished: Sendable {
        var upload: Upload
        var recordCount: Int
        var page: SegmentPage?
    }

    /// Segments a page.
    static let pageSegmentsMax = 1000

    nonisolated let executor: QueueExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let id: JobID
    private let folder: UploadFolder
    /// The file while the upload arrives.
    private let part: String
    private let limits: Limits
    private let isCompressed: Bool
    private var inflater: Inflater
    private var splitter: RecordSplitter
    private var digest: any StreamDigest
    private var file: LocalFile?
    private var segments: [Segment] = []
    private var byteCount = 0
    private var isShapeTold = false

    init(_ job: Job, core: EngineCore, isCompressed: Bool) {
        id = job.id
        folder = core.folder
        part = core.folder.part(.upload, of: job.id, token: core.timing.random())
        limits = core.limits
        self.isCompressed = isCompressed
        executor = QueueExecutor(label: "breakbulk.upload")
        inflater = Inflater(limits: core.limits)
        splitter = RecordSplitter(
            format: job.spec.format, delimiter: job.spec.delimiter, limits: core.limits,
            segmentRecordsMax: core.limits.segmentRecordsMax)
        digest = core.makeDigest()
    }

    /// Makes the part file, and removes what was left of uploads that came to no end.
    func begin() throws {
        try folder.make(for: id)
        try folder.removeParts(.upload, of: id)
        file = try LocalFile(creating: part)
    }

    /// Takes the next piece of the body; on return it is written.
    func feed(_ piece: [UInt8]) throws -> Step {
        guard isCompressed else {
            try store(piece)
            return step()
        }
        inflater.take(piece)
        var inflated: [UInt8] = []
        while try inflater.next(into: &inflated) { try store(inflated) }
        return step()
    }

    /// The body has come to its end: its bytes are durable on return, but they are not the job's upload yet.
    func finish() throws -> (Step, Finished) {
        if isCompressed { try inflater.finish() }
        try splitter.finish(into: &segments)
        try file?.synchronize()
        file = nil
        let step = step()
        let upload = Upload(
            byteCount: byteCount, digest: digest.finalize(), header: splitter.shape?.columns ?? [],
            delimiter: splitter.shape?.delimiter ?? 0,
            endsLinesWithCR: splitter.shape?.endsLinesWithCR ?? false)
        let page = segments.isEmpty ? nil : SegmentPage(segments: segments)
        return (step, Finished(upload: upload, recordCount: splitter.recordCount, page: page))
    }

    /// Makes what was finished the job's upload, durably.
    func commit() throws { try folder.commit(part, as: .upload, of: id) }

    /// Removes what has arrived.
    func discard() throws {
        file = nil
        try folder.removeFile(part)
    }

    private func store(_ bytes: [UInt8]) throws {
        byteCount += bytes.count
        guard byteCount <= limits.uploadBytesMax else {
            throw Refusal(
                .payloadTooLarge, issue: "upload_bytes",
                "The upload is over \(limits.uploadBytesMax) bytes (uploads.max_bytes); split it over several jobs."
            )
        }
        try splitter.feed(bytes, into: &segments)
        digest.update(bytes)
        try file?.append(bytes)
    }

    private func step() -> Step {
        var step = Step()
        while segments.count >= Self.pageSegmentsMax {
            step.pages.append(SegmentPage(segments: Array(segments[..<Self.pageSegmentsMax])))
            segments.removeFirst(Self.pageSegmentsMax)
        }
        if !isShapeTold, let shape = splitter.shape {
            isShapeTold = true
            step.shape = shape
        }
        return step
    }
}
