import BulkModel
import Dialects
import Engine
import HTTPFront
import Logging
import ServiceLifecycle
import Synchronization

/// Runs a server with `TestDialect` on a port of the system's choice.
struct TestServer {
    var limits = Limits()
    var authentication = AuthenticationMode.credentials(keys: MemoryKeys(), jwt: nil)

    var drainDuration = Duration.seconds(10)
    var dialects: [any Dialect] = [TestDialect()]

    /// What the server observed, for tests that look at it.
    final class Log: Sendable {
        private let lines = Mutex<[Observation]>([])
        func add(_ observation: Observation) { lines.withLock { $0.append(observation) } }
        var all: [Observation] { lines.withLock { $0 } }
    }

    /// Runs `body` while the server runs, then cancels it.
    func run(_ body: (RawClient, Log) async throws -> Void) async throws {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let log = Log()
        let server = try await make(log) { port in continuation.yield(port) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            defer { group.cancelAll() }
            var iterator = ports.makeAsyncIterator()
            guard let port = await iterator.next() else { return }
            try await body(RawClient(port: port), log)
        }
    }

    /// Runs `body` while the server runs in a service group; returns once the group has shut down.
    func runInGroup(_ body: (RawClient, ServiceGroup) async throws -> Void) async throws {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let server = try await make(Log()) { port in continuation.yield(port) }
        let services = ServiceGroup(
            services: [server], logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await services.run() }
            var iterator = ports.makeAsyncIterator()
            guard let port = await iterator.next() else { return }
            try await body(RawClient(port: port), services)
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
        }
    }

    private func make(_ log: Log, onBound: @escaping @Sendable (Int) -> Void) async throws -> FrontServer {
        var settings = FrontSettings(host: "127.0.0.1", port: 0, limits: limits)
        settings.drainDuration = drainDuration
        return try await FrontServer(
            dialects: dialects, authentication: authentication, settings: settings,
            clock: WallClock { Timestamp(unixSeconds: 1_800_000_000) },
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            observe: { log.add($0) }, onBound: { port in onBound(port) })
    }
}
