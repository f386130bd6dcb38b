import BulkModel
import Formats
import Planning

/// How the bytes of one job become records ready for the store: worked out once a job, pure.
struct ChunkRecipe: Sendable {
    let job: JobID
    let plan: Plan
    /// Records a chunk may hold so that its values stay within `chunkValuesMax`.
    let recordsMax: Int
    /// How the job's chunks are applied.
    let options: ChunkOptions
    private let decoder: RecordDecoder
    private let binder: Binder
    private let filler: BatchFiller?
    private let making: RecordMaking
    private let recordBytesMax: Int

    init(_ job: Job, upload: Upload, plan: Plan, limits: Limits, making: RecordMaking) {
        self.job = job.id
        self.plan = plan
        options = ChunkOptions(isDryRun: job.spec.options.isDryRun)
        let shape = InputShape(
            format: job.spec.format, delimiter: upload.delimiter, endsLinesWithCR: upload.endsLinesWithCR,
            columns: plan.inputNames)
        recordsMax = max(1, limits.chunkValuesMax / max(1, plan.inputNames.count))
        decoder = RecordDecoder(shape: shape, limits: limits)
        binder = Binder(plan: plan, emptyIs: job.spec.emptyIs)
        filler = BatchFiller(plan: plan)
        self.making = making
        recordBytesMax = limits.recordBytesMax
    }

    /// Decodes and binds the bytes of a run, and fills in what the server makes.
    func bind(_ bytes: consuming [UInt8], from origin: Position) -> BoundBatch {
        let batch = binder.bind(decoder.decode(bytes, from: origin))
        return filler?.fill(batch, now: making.now(), makeID: making.id) ?? batch
    }

    /// One faulted record for one that the splitter refused: its bytes are never read into memory.
    func refused(_ segment: Segment, as refusal: Segment.Refused) -> BoundBatch {
        let fault =
            switch refusal {
            case .tooLarge:
                Fault(
                    .recordTooLarge, at: segment.origin,
                    message: "The record has \(segment.byteCount) bytes, \(recordBytesMax) are allowed.")
            }
        return BoundBatch(
            bytes: [], columns: plan.columns, values: Array(repeating: .absent, count: plan.columns.count),
            faults: [RecordFault(index: 0, fault: fault)], recordCount: 1, origin: segment.origin,
            places: [RecordPlace(start: 0, length: 0, lineOffset: 0)])
    }
}
