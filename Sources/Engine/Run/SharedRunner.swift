import BulkModel

/// Works through the write jobs of all tenants together with other nodes: some workers a node, each at one chunk.
struct SharedRunner: Sendable {
    let workers: [SharedWorker]

    init(core: EngineCore, store: any SharedStore) {
        let desk = SharedDesk(limits: core.limits)
        workers = (0..<max(1, core.limits.chunksAtOnceMax)).map { _ in
            SharedWorker(core: core, store: store, desk: desk)
        }
    }

    /// Works until the task is cancelled; chunks that were begun are finished first.
    func run() async {
        await withDiscardingTaskGroup { group in
            for worker in workers { group.addTask { await worker.run() } }
        }
    }
}
