import BulkModel
import Formats
import Planning

/// Works through one body: takes it in, applies it chunk by chunk, and never waits for who reads the outcomes.
struct IngestDriver {
    let core: EngineCore
    let options: StreamOptions
    let plan: Plan
    let intake: IngestIntake
    let mailbox: BodyMailbox
    let queue: OutcomeQueue
    let lock: any NodeLock
    /// As the store had it last.
    var job: Job
    var sizer: ChunkSizer
    let failedBefore: Int
    /// Nothing more comes of the body; `failure` says why, unless it is complete.
    private var isOver = false
    private var failure: (any Error)?
    /// The body rests, and what had come whole is applied.
    private var isIdle = false

    /// A body that rests for so long gets the outcomes of what has come.
    static let pause = Duration.milliseconds(50)

    init(
        _ job: Job, plan: Plan, options: StreamOptions, core: EngineCore, intake: IngestIntake,
        mailbox: BodyMailbox, queue: OutcomeQueue, lock: any NodeLock
    ) {
        (self.core, self.options, self.plan, self.job) = (core, options, plan, job)
        (self.intake, self.mailbox, self.queue, self.lock) = (intake, mailbox, queue, lock)
        failedBefore = job.counts.failed
        let target =
            core.sharedStore == nil
            ? core.limits.chunkDurationTarget : core.limits.sharedChunkDurationTarget
        sizer = ChunkSizer(limits: core.limits, target: target, fixedRecords: options.chunkRecords)
    }

    /// Works until the body is over, or the work cannot or must not go on.
    mutating func run() async -> OutcomeQueue.Ending {
        do {
            while let chunk = try await nextChunk() {
                if let stop = try await apply(chunk) { return .done(job, stop) }
            }
            return .done(try await end(), nil)
        } catch {
            return .failed(error)
        }
    }

    /// The next chunk, once it is full, the body rests, or nothing more comes; nil at the end. A body that breaks off is
    /// told of behind the records that had come whole.
    private mutating func nextChunk() async throws -> IngestChunk? {
        let recordsMax = min(sizer.records, core.limits.streamChunkRecordsMax)
        var isFlushing = false
        while true {
            if let chunk = try await intake.chunk(recordsMax: recordsMax, flushing: isFlushing || isOver) {
                return chunk
            }
            if isOver {
                if let failure { throw failure }
                try await intake.checkEnd()
                return nil
            }
            if isFlushing { isIdle = true }
            isFlushing = false
            if try await advance() { continue }
            isFlushing = try await receive()
        }
    }

    /// Works on the piece at hand; false when nothing is left of it.
    private mutating func advance() async throws -> Bool {
        do {
            return try await intake.advance()
        } catch {
            end(by: error)
            return true
        }
    }

    /// Waits for what comes next of the body; true when it rests.
    private mutating func receive() async throws -> Bool {
        let mayRest = await intake.holdsRecords && !isIdle
        switch await mailbox.take(pausingAfter: mayRest ? Self.pause : nil) {
        case .pause: return true
        case .closed: throw CancellationError()
        case .failed(let error) where !options.runsOnAlone: throw error
        case .failed(let error): end(by: error)
        case .end:
            do {
                try await intake.finish()
                isOver = true
            } catch {
                end(by: error)
            }
        case .piece(let piece):
            isIdle = false
            do {
                try await intake.take(piece)
            } catch {
                end(by: error)
            }
        }
        return false
    }

    private mutating func end(by error: any Error) { (isOver, failure) = (true, error) }

    /// Ends the operation, unless it has ended before.
    private mutating func end() async throws -> Job {
        guard !job.state.isTerminal else { return job }
        let (id, record) = (job.id, job.nextRecord - 1)
        let (store, now) = (core.store, core.clock.now())
        let result = try await core.patiently(for: id) { () async throws(StoreError) in
            try await store.change(id, JobMachine.ending(behind: record, at: now))
        }
        job = try result.get()
        core.noteEnd(of: job)
        return job
    }
}
