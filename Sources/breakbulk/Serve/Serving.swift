import BulkModel
import Dialects
import Engine
import HTTPFront
import Logging
import Metrics
import Planning
import ServiceLifecycle
import UnixSignals
import Webhooks

/// A server put together from a plan: store, engine, housekeeping and HTTP, in one group with one shutdown.
struct Serving: Sendable {
    private let plan: ServePlan
    private let logger: Logger
    private let observer: Observer
    private let metrics: PrometheusMetrics
    private let workplace: Workplace

    /// Opens the database; refused while another server has it, if that is SQLite.
    static func open(plan: ServePlan, logLevel: Logger.Level) async throws(CommandFailure) -> Serving {
        var logger = Logger(label: "breakbulk", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = logLevel
        let metrics = PrometheusMetrics()
        let observer = Observer(logger: logger, factory: metrics)
        let workplace = try await Workplace.open(plan, observe: { observer.observe($0) })
        return Serving(
            plan: plan, logger: logger, observer: observer, metrics: metrics, workplace: workplace)
    }

    /// Serves until SIGINT or SIGTERM; `onReady` runs once connections are taken.
    func run(
        onReady: @escaping @Sendable (Workplace, _ baseURL: String) async throws(CommandFailure) -> Void
    ) async throws(CommandFailure) {
        defer { workplace.close() }
        try await checkRules()
        let root = try await rootSecret()
        let webhooks = try webhooks(rootSecret: root)
        let front = try await front(rootSecret: root, webhooks, onReady: onReady)
        // Ended in the opposite order: first no requests, then no chunks, then no checkpoints.
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: workplace.services + [webhooks, front],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger))
        do {
            try await group.run()
        } catch {
            throw ListenFailure.failure(error, host: plan.host, port: plan.port)
        }
    }

    private func front(
        rootSecret: [UInt8], _ webhooks: WebhookService,
        onReady: @escaping @Sendable (Workplace, String) async throws(CommandFailure) -> Void
    ) async throws(CommandFailure) -> FrontServer {
        let store = workplace.store
        let dialects = dialects(signer: KeyedSigner(rootSecret: rootSecret), webhooks)
        do {
            return try await FrontServer(
                dialects: dialects, authentication: plan.authentication(keys: store), settings: plan.front,
                clock: .system, logger: logger, observe: { [observer] in observer.observe($0) },
                onBound: { [plan, workplace, logger] port in
                    do {
                        try await onReady(workplace, plan.baseURL(port: port))
                    } catch {
                        let cause = String(describing: error).onOneLine
                        logger.critical("not ready", metadata: ["cause": "\(cause)"])
                    }
                })
        } catch {
            throw CommandFailure(error)
        }
    }

    private func dialects(signer: KeyedSigner, _ webhooks: WebhookService) -> [any Dialect] {
        let engine = workplace.engine
        let store = workplace.store
        let targets = WebhookIntake(limits: plan.limits) { webhooks.seal($0) }
        return [
            BulkJobs(engine: engine, signer: signer, clock: .system) { id throws(Refusal) in
                do {
                    return try await store.job(id)?.spec.tenant
                } catch {
                    throw Refusal(.serviceUnavailable, "The database cannot be read now; try again.")
                }
            },
            BulkProcess(engine: engine, signer: signer),
            BatchRoutes(engine: engine, signer: signer, webhooks: targets),
            RecordRoutes(engine: engine, signer: signer),
            ImportRoutes(engine: engine, webhooks: targets),
            UpdateRoutes(engine: engine),
            JobRoutes(engine: engine, signer: signer),
            ProgressRoutes(
                engine: engine, signer: signer, clock: .system,
                untilShutdown: { wait in try await cancelWhenGracefulShutdown(wait) }),
            EventRoutes(engine: engine, signer: signer),
            ProblemPages(),
            HealthPages(metrics: metrics) { () async throws(Refusal) in try await engine.checkReady() },
        ]
    }

    private func webhooks(rootSecret: [UInt8]) throws(CommandFailure) -> WebhookService {
        WebhookService.make(
            store: workplace.store, rootSecret: rootSecret, settings: try plan.webhookSettings(),
            limits: plan.limits, userAgent: "breakbulk/\(Breakbulk.version)", clock: .system,
            random: SystemRandom.bytes, observe: { [observer] in observer.observe($0) })
    }

    /// Refuses to serve with rules that the database does not bear out: a tenant column with a slip of the pen in its
    /// name would protect nothing.
    private func checkRules() async throws(CommandFailure) {
        let tables = try await tables()
        let problems = Catalog(tables: tables, rules: plan.rules).problems
        guard problems.isEmpty else {
            throw CommandFailure(
                .usage, "The configuration's rules do not fit the database; correct one or the other.",
                details: problems)
        }
    }

    /// A lock that somebody holds on some table makes the catalog wait; a server that is started then waits with it.
    private func tables() async throws(CommandFailure) -> [TableDescription] {
        var triesLeft = Self.catalogTriesMax
        while true {
            do {
                return try await workplace.store.tables()
            } catch {
                triesLeft -= 1
                guard error.code == .busy, triesLeft > 0, !Task.isCancelled else {
                    throw StoreFailure.failure(error)
                }
                logger.warning(
                    "the catalog cannot be read yet", metadata: ["cause": "\(error.message.onOneLine)"])
            }
        }
    }

    /// Each try waits for a lock as long as the store lets it, some seconds.
    private static let catalogTriesMax = 12

    private func rootSecret() async throws(CommandFailure) -> [UInt8] {
        do {
            return try await workplace.store.rootSecret(orElse: SystemRandom.bytes(32))
        } catch {
            throw StoreFailure.failure(error)
        }
    }
}
