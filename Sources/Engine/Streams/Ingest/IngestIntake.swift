import BulkModel
import Formats
import Planning

/// Takes in one body on its own queue: unpacks, compares, splits, decodes and binds it, chunk by chunk.
///
/// Memory: the piece at hand, one chunk's bytes and one unfinished record.
actor IngestIntake {
    nonisolated let executor = QueueExecutor(label: "breakbulk.ingest")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    let limits: Limits
    private let isCompressed: Bool
    private var inflater: Inflater
    var splitter: RecordSplitter
    private var receivedBytes = 0
    /// What came and is not split yet.
    private var piece: [UInt8]?
    private var isFinished = false

    var held = HeldBytes()
    var segments: [Segment] = []
    var verifier = BodyVerifier(checkpoint: 1)
    /// What came before it was known what to compare it with.
    var unchecked: [UInt8] = []
    private var fetchMarks: FetchMarks = { _ in nil }

    var recipe: ChunkRecipe?
    var keepsRaw = false
    /// Number of the first record that is not committed, and where the next mark begins.
    var checkpoint = 1
    var mark = Position(record: 1, line: 1, byte: 0)

    /// Gives the page of marks that holds a record.
    typealias FetchMarks = @Sendable (_ record: Int) async throws -> SegmentPage?

    init(_ spec: JobSpec, limits: Limits, segmentRecordsMax: Int, isCompressed: Bool) {
        self.limits = limits
        self.isCompressed = isCompressed
        inflater = Inflater(limits: limits)
        splitter = RecordSplitter(
            format: spec.format, delimiter: spec.delimiter, limits: limits,
            segmentRecordsMax: segmentRecordsMax)
    }

    /// Known once the header has come.
    var shape: InputShape? { splitter.shape }

    /// Says what the records become. `mark` is the end of what `fetchMarks` has marks of.
    func begin(
        _ recipe: ChunkRecipe, at checkpoint: Int, mark: Position, keepsRaw: Bool,
        fetchMarks: @escaping FetchMarks
    ) {
        self.recipe = recipe
        self.checkpoint = checkpoint
        self.mark = mark
        self.keepsRaw = keepsRaw
        self.fetchMarks = fetchMarks
        verifier = BodyVerifier(checkpoint: checkpoint)
        unchecked = verifier.isDone ? [] : held.bytes
        held.beginMarks(at: mark.byte)
    }

    /// Takes the next piece as it came; `advance` then works on it.
    func take(_ piece: [UInt8]) throws {
        receivedBytes += piece.count
        guard receivedBytes <= limits.uploadBytesMax else { throw tooLarge }
        self.piece = piece
        if isCompressed { inflater.take(piece) }
    }

    /// Splits the next part of the piece; false when nothing is left of it.
    func advance() async throws -> Bool {
        guard let piece else { return false }
        guard isCompressed else {
            self.piece = nil
            try await split(piece)
            return true
        }
        var inflated: [UInt8] = []
        guard try inflater.next(into: &inflated) else {
            self.piece = nil
            return false
        }
        try await split(inflated)
        return true
    }

    /// The body has come to its end. When it ends badly, the records before that stay.
    func finish() throws {
        guard !isFinished else { return }
        isFinished = true
        splitter.flush(into: &segments)
        if isCompressed { try inflater.finish() }
        try splitter.finish(into: &segments)
    }

    /// Refuses a body that ended before all that was committed of it had come.
    func checkEnd() async throws {
        try await verify(unchecked)
        unchecked = []
        try verifier.finish()
    }

    /// Bytes of the body that are in memory and in no chunk.
    var heldBytes: Int { held.count }

    private func split(_ bytes: [UInt8]) async throws {
        guard splitter.byteCount + bytes.count <= limits.uploadBytesMax else { throw tooLarge }
        if recipe != nil {
            try await verify(unchecked)
            unchecked = []
            try await verify(bytes)
        }
        held.append(bytes)
        try splitter.feed(bytes, into: &segments)
        guard recipe != nil else { return }
        passCommitted()
        let first = segments.first
        held.drop(to: first.map { $0.refusal == nil ? $0.origin.byte : $0.endByte } ?? splitter.heldFrom)
    }

    func verify(_ bytes: [UInt8]) async throws {
        var index = 0
        while index < bytes.count, !verifier.isDone {
            if let record = verifier.missingMarks {
                guard let page = try await fetchMarks(record) else {
                    throw BooksError("no marks of the body at record \(record)")
                }
                try verifier.add(page)
            }
            index = try verifier.check(bytes, from: index)
        }
    }

    private var tooLarge: Refusal {
        Refusal(
            .payloadTooLarge, issue: "upload_bytes",
            "The body is over \(limits.uploadBytesMax) bytes (uploads.max_bytes); split it over several requests."
        )
    }
}
