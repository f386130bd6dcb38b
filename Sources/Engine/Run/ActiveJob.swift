import BulkModel
import Planning

/// What the runner knows of a job that it works on; lost on a restart without harm.
struct ActiveJob: Sendable {
    /// As the store had it last.
    var job: Job
    /// Nil until the job's first turn.
    var recipe: ChunkRecipe?
    var sizer: ChunkSizer
    /// The segments that are being read.
    var page: SegmentPage?
    /// Number of the first record that is in no batch yet.
    var nextToRead: Int
    /// Ready for the store, in record order; the first one is the next to be applied.
    var batches: [Prepared] = []
    var retries = Retries()
    /// Why it fails once its batches are applied.
    var doom: Job.Reason?

    /// A batch and how much of it is applied.
    struct Prepared: Sendable {
        let batch: BoundBatch
        /// Index of the first record that is not applied.
        var start: Int

        var nextRecord: Int { batch.origin.record + batch.recordCount }
    }

    init(_ job: Job, limits: Limits) {
        self.job = job
        sizer = ChunkSizer(job.spec, limits: limits, target: limits.chunkDurationTarget)
        nextToRead = job.nextRecord
    }

    /// Moves past the records that the store applied. When the batch is gone meanwhile (reading ahead failed), the next
    /// turn reads on from the checkpoint.
    mutating func take(_ count: Int, of chunk: Chunk, leaving rest: Int) {
        guard let first = batches.first, first.batch.origin.record + first.start == chunk.firstRecord else {
            let doom = doom
            resume(at: job)
            self.doom = doom
            return
        }
        if rest == 0 { batches.removeFirst() } else { batches[0].start += count }
    }

    /// True while records are left that are in no batch.
    var hasMoreToRead: Bool { doom == nil && (recipe == nil || nextToRead <= job.counts.read) }

    /// Takes over where the store says the job is; batches read meanwhile are dropped.
    mutating func resume(at job: Job) {
        self.job = job
        batches = []
        page = nil
        nextToRead = job.nextRecord
        doom = nil
    }
}
