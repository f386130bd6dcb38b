import BulkModel
import Planning

/// What a batch does within its transaction; it may be done again from its start.
struct BatchWork: Sendable {
    let core: EngineCore
    let plan: BatchPlan
    let books: BatchBooks
    /// `EngineTiming.elapsed` when the request came.
    let begun: Duration

    func body(_ session: any RecordSession) throws(StoreError) -> RecordWork<BatchOutcome> {
        let deadline = begun + plan.request.timeout
        var machine = BatchMachine(
            plan, session, isOutOfTime: { core.timing.elapsed() >= deadline },
            makeID: { JobNaming.make(prefix: "", random: core.timing.random).text })
        try machine.run()
        var outcome = BatchOutcome(
            results: machine.finalResults, isUndone: machine.isUndone,
            duration: core.timing.elapsed() - begun, job: nil, keyColumns: plan.keyColumns)
        guard !outcome.isUndone else { return .undo(outcome) }
        try books.keep(&outcome, keys: machine.keys, at: core.clock.now(), in: session)
        return .commit(outcome)
    }

    /// The outcome of a batch that was undone, with its job; for a transaction of its own.
    func noted(_ undone: BatchOutcome, _ session: any RecordSession) throws(StoreError) -> BatchOutcome {
        var outcome = undone
        let keys = [RecordKey?](repeating: nil, count: outcome.results.count)
        try books.keep(&outcome, keys: keys, at: core.clock.now(), in: session)
        return outcome
    }
}
