import BulkModel
import Engine
import Logging
import ServiceLifecycle

/// Store and engine put together: what a server and a load straight on a database have in common.
struct Workplace: Sendable {
    let database: OpenDatabase
    let engine: BulkEngine
    private let scope: Scope

    /// Whose jobs the process works on.
    enum Scope {
        /// A server's: all jobs of the database, and their removal when their days are over.
        case all
        /// A command's: on a database that servers share, its own jobs alone, since others' need their configuration.
        case own
    }

    var store: any Store & SecretStore & OutboxStore & WebhookSecretStore { database.store }

    /// Opens the database to run its jobs: a SQLite file as its one server, a PostgreSQL database as one of its nodes.
    static func open(
        _ plan: ServePlan, scope: Scope = .all, observe: @escaping @Sendable (Observation) -> Void
    ) async throws(CommandFailure) -> Workplace {
        FileSizeSignal.ignore()
        let database = try await OpenDatabase.open(plan.database, limits: plan.limits, role: .server)
        do {
            if let shared = database.shared { try await SharedUploads(path: plan.uploadsPath).join(shared) }
        } catch {
            database.close()
            throw error
        }
        let engine = BulkEngine(
            store: database.store, limits: plan.limits, uploads: plan.uploadsPath, rules: plan.rules,
            clock: .system, makeDigest: { UploadDigest() },
            worksOnOwnJobsOnly: scope == .own && database.shared != nil, observe: observe)
        return Workplace(database: database, engine: engine, scope: scope)
    }

    /// Closes the database; nothing of this may be used afterwards.
    func close() { database.close() }

    /// What runs jobs and keeps the house; in the order of starting.
    var services: [any Service] {
        let runner = engine.makeRunner()
        let sweeper = engine.makeSweeper()
        let housekeeping = database.housekeeping.map { [LoopService(body: $0)] } ?? []
        let sweeping = scope == .all ? [LoopService { try await sweeper.run() }] : []
        return housekeeping + sweeping + [LoopService { try await runner.run() }]
    }

    /// Runs the services while the body works, then ends them in good order.
    func whileRunning<Value: Sendable>(
        _ body: @escaping @Sendable () async throws(CommandFailure) -> Value
    ) async throws(CommandFailure) -> Value {
        try await Self.run(body, beside: services)
    }

    /// The body's end ends the services. A service that fails cancels the body and is the outcome: nobody is left to
    /// bring the jobs to the end that the body waits for.
    static func run<Value: Sendable>(
        _ body: @escaping @Sendable () async throws(CommandFailure) -> Value, beside services: [any Service]
    ) async throws(CommandFailure) -> Value {
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: services, logger: Logger(label: "breakbulk")))
        let outcome = await withTaskGroup(of: (isBody: Bool, Result<Value, CommandFailure>).self) { tasks in
            tasks.addTask { (false, .failure(await failure(of: group))) }
            tasks.addTask { (true, await result(body)) }
            guard let (isBody, outcome) = await tasks.next() else {
                preconditionFailure("two tasks were added")
            }
            if isBody { await group.triggerGracefulShutdown() } else { tasks.cancelAll() }
            await tasks.waitForAll()
            return outcome
        }
        return try outcome.get()
    }

    /// Why the services ended, which they do by themselves only when one of them fails.
    private static func failure(of group: ServiceGroup) async -> CommandFailure {
        do {
            try await group.run()
            return CommandFailure(.refused, "The services that run jobs have ended.")
        } catch {
            return CommandFailure(.refused, "The services that run jobs have failed: \(error)")
        }
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
