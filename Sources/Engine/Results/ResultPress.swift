import BulkModel
import Formats

/// Reads, decodes and renders the records of one result on its own queue, piece by piece.
actor ResultPress<Renderer: RecordRenderer> {
    nonisolated let executor = QueueExecutor(label: "breakbulk.render")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let path: String
    private let kinds: OutcomeKinds
    /// Records that cannot be read end the result with an error, instead of being shown without their fields.
    private let isExact: Bool
    private let isCSV: Bool
    private let decoder: RecordDecoder
    private var reader: UploadReader?
    private var walker: OutcomeWalker
    private var renderer: Renderer

    /// `columns` are the upload's own for CSV, the table's for JSON.
    init(
        _ job: Job, core: EngineCore, kinds: OutcomeKinds, window: ResultWindow, columns: [String],
        renderer: Renderer, isExact: Bool = false
    ) {
        self.renderer = renderer
        path = core.folder.upload(of: job.id)
        self.kinds = kinds
        self.isExact = isExact
        isCSV = job.spec.format == .csv
        walker = OutcomeWalker(from: window.records.lowerBound)
        let shape = InputShape(
            format: job.spec.format, delimiter: job.upload?.delimiter ?? 0,
            endsLinesWithCR: job.upload?.endsLinesWithCR ?? false, columns: columns)
        decoder = RecordDecoder(shape: shape, limits: core.limits)
    }

    /// Number of the first record whose receipt is not at hand.
    var coveredTo: Int { max(walker.coveredTo, walker.record) }

    /// Takes the receipts that come next; gives `coveredTo`.
    func add(_ receipts: [ChunkReceipt]) -> Int {
        walker.add(receipts)
        return walker.coveredTo
    }

    /// The records from the last receipt on have no outcome; gives `coveredTo`.
    func finishReceipts() -> Int {
        walker.finish()
        return walker.coveredTo
    }

    func head() -> [UInt8] {
        renderer.begin()
        return take()
    }

    func tail() -> [UInt8] {
        renderer.end()
        return take()
    }

    /// Renders those of the records that are in the part; their receipts must be at hand. Runs without any
    /// such record are not read.
    func render(_ run: SegmentRun, _ records: Range<Int>) throws -> [UInt8] {
        guard walker.holds(kinds, before: records.upperBound) else {
            walker.skip(to: records.upperBound)
            return []
        }
        guard let bytes = try bytes(of: run) else {
            renderUnread(records)
            return take()
        }
        // Objects are shown as they came, and decoding takes escapes out in place: so from a copy.
        let original = isCSV ? [] : bytes
        let batch = decoder.decode(bytes, from: run.origin)
        guard batch.recordCount == run.recordCount else {
            if isExact { throw BooksError("\(batch.recordCount) records decoded at \(run.origin.record)") }
            renderUnread(records)
            return take()
        }
        let size = run.byteCount + records.count * Self.outcomeBytes
        render(batch, original, records, size: size)
        return take()
    }

    /// About what an outcome adds to a record.
    private static var outcomeBytes: Int { 64 }

    /// Nil when the splitter refused the record, or the file is damaged: its outcome is shown all the same.
    private func bytes(of run: SegmentRun) throws -> [UInt8]? {
        guard run.refusal == nil else { return nil }
        do {
            let reader = try self.reader ?? UploadReader(path: path)
            self.reader = reader
            return try reader.read(run)
        } catch {
            if isExact { throw error }
            return nil
        }
    }

    private func render(_ batch: RecordBatch, _ original: [UInt8], _ records: Range<Int>, size: Int) {
        renderer.bytes.reserveCapacity(size)
        if isCSV {
            batch.bytes.withUnsafeBytes { render(batch, $0, records) }
        } else {
            original.withUnsafeBytes { render(batch, $0, records) }
        }
    }

    private func render(_ batch: RecordBatch, _ bytes: UnsafeRawBufferPointer, _ records: Range<Int>) {
        // Keys that the table lacks are no reason to hide the record.
        var faults = batch.faults.filter { $0.fault.code != .unknownColumn }[...]
        for number in records {
            let isShown = walker.isNext(in: kinds)
            let outcome = walker.next()
            let index = number - batch.origin.record
            while let fault = faults.first, fault.index < index { faults.removeFirst() }
            guard isShown else { continue }
            let start = index * batch.columnCount
            renderer.render(
                RenderedRecord(
                    bytes: bytes, fields: batch.fields[start..<start + batch.columnCount],
                    place: batch.places[index], isWellFormed: faults.first?.index != index, number: number,
                    outcome: outcome))
        }
    }

    private func renderUnread(_ records: Range<Int>) {
        for number in records {
            let isShown = walker.isNext(in: kinds)
            let outcome = walker.next()
            guard isShown else { continue }
            renderer.render(
                RenderedRecord(
                    bytes: nil, fields: [], place: nil, isWellFormed: false, number: number, outcome: outcome)
            )
        }
    }

    private func take() -> [UInt8] {
        let bytes = renderer.bytes
        renderer.bytes = []
        return bytes
    }
}
