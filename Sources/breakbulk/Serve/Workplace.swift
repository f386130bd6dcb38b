import BulkModel
import Engine
import Logging
import ServiceLifecycle
import StoreSQLite

/// Store and engine put together: what a server and a load straight on a database have in common.
struct Workplace: Sendable {
    let store: SQLiteStore
    let engine: BulkEngine

    /// Opens the database as its one server.
    static func open(
        _ plan: ServePlan, observe: @escaping @Sendable (Observation) -> Void
    ) throws(CommandFailure) -> Workplace {
        FileSizeSignal.ignore()
        do {
            let store = try SQLiteStore.open(path: plan.databasePath, limits: plan.limits, role: .server)
            let engine = BulkEngine(
                store: store, limits: plan.limits, uploads: plan.uploadsPath, rules: plan.rules,
                clock: .system,
                makeDigest: { UploadDigest() }, observe: observe)
            return Workplace(store: store, engine: engine)
        } catch {
            throw StoreFailure.failure(error)
        }
    }

    /// Closes the database; nothing of this may be used afterwards.
    func close() { store.close() }

    /// What runs jobs and keeps the house; in the order of starting.
    var services: [any Service] {
        let runner = engine.makeRunner()
        let sweeper = engine.makeSweeper()
        return [
            LoopService { [store] in try await store.runCheckpoints() },
            LoopService { try await sweeper.run() },
            LoopService { try await runner.run() },
        ]
    }

    /// Runs the services while the body works, then ends them in good order.
    func whileRunning<Result: Sendable>(
        _ body: @Sendable () async throws(CommandFailure) -> Result
    ) async throws(CommandFailure) -> Result {
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: services, logger: Logger(label: "breakbulk")))
        let outcome = await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                // A service that fails shows in the job, which the body waits for: nothing is lost here.
                try? await group.run()
            }
            let outcome = await Self.result(body)
            await group.triggerGracefulShutdown()
            await tasks.waitForAll()
            return outcome
        }
        return try outcome.get()
    }

    private static func result<Success>(
        _ body: () async throws(CommandFailure) -> Success
    ) async -> Result<Success, CommandFailure> {
        do {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }
}
