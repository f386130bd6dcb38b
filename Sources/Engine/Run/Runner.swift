import BulkModel

/// Runs the jobs of all tenants until it is cancelled; a service of the composition root.
///
/// A start after a crash is no special case: what the store lists as unfinished is gone on with at its
/// checkpoint.
package struct Runner: Sendable {
    let core: EngineCore

    /// Ends when the task is cancelled, after the chunk that is being applied.
    package func run() async throws {
        let workerCount = max(1, core.limits.queriesAtOnceMax)
        let desk = QueryDesk(workers: workerCount)
        await withDiscardingTaskGroup { group in
            if let store = core.sharedStore {
                group.addTask { await SharedRunner(core: core, store: store).run() }
                group.addTask { await store.listen { core.signals.notify($0) } }
            } else {
                group.addTask { await DataRunner(core: core).run() }
            }
            group.addTask { await StreamRunner(core: core).run() }
            for _ in 0..<workerCount {
                group.addTask { await QueryWorker(core: core, desk: desk).run() }
            }
        }
    }
}
