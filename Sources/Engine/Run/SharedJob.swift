import BulkModel
import Planning

/// What this node knows of a write job that all nodes work on; lost without harm.
struct SharedJob: Sendable {
    /// Nil until a worker of this node opened the job.
    private(set) var recipe: ChunkRecipe?
    /// Chunks that may be cut and not committed at once, over all nodes.
    private(set) var openMax = 1
    var sizer: ChunkSizer
    var retries = Retries()
    /// The segments that were looked at last.
    var page: SegmentPage?
    /// What was read while the chunk before it was applied.
    var ahead: ReadAhead?
    /// True once no record is left to cut; chunks that were cut may come free again.
    var isAllCut = false
    /// Why it fails, once the store takes it.
    var doom: Job.Reason?
    /// Workers of this node at it.
    var workerCount = 0
    /// Chunks change the table one after another.
    private var isInOrder = true

    /// Chunks of a job in file order: while one is applied the next one is decoded and staged.
    private static let openInOrderMax = 2

    /// Records that will likely be the job's next chunk.
    struct ReadAhead: Sendable {
        let records: Range<Int>
        let batch: BoundBatch
    }

    init(_ job: Job, limits: Limits) {
        sizer = ChunkSizer(job.spec, limits: limits, target: limits.sharedChunkDurationTarget)
    }

    /// Whether another worker of this node can find something to do.
    func isReady(at now: Duration) -> Bool { workerCount < openMax && retries.isReady(at: now) }

    /// From here on workers may share the job as far as its table lets them.
    ///
    /// `isOrderKept`: the store lets chunks that are staged wait for those before (`SharedStore.keepsFileOrder`).
    mutating func open(_ recipe: ChunkRecipe, isOrderKept: Bool, limits: Limits) {
        self.recipe = recipe
        isInOrder = recipe.plan.needsFileOrder || recipe.options.isDryRun
        let canWait = isOrderKept && recipe.plan.operation != .insert && !recipe.options.isDryRun
        let inOrderMax = canWait ? min(Self.openInOrderMax, limits.chunksPerJobMax) : 1
        openMax = isInOrder ? inOrderMax : limits.chunksPerJobMax
    }

    /// Chunks that may be open at once: who only waits for the chunk before keeps no worker from `others`.
    func openMax(besides others: Int) -> Int { isInOrder && others > 0 ? 1 : openMax }
}
