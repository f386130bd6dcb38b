package import BulkModel
package import Dialects
import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import ServiceLifecycle

/// The HTTP server as a service: listens, answers by the dialects' routes, drains at shutdown.
package struct FrontServer: Service {
    private let settings: FrontSettings
    private let responder: FrontResponder
    private let logger: Logger
    private let onBound: @Sendable (_ port: Int) async -> Void

    /// INVALID_REQUEST when the server would be open to other machines, or a configured JWT key is unusable.
    ///
    /// `onBound` is told the port once connections are taken.
    package init(
        dialects: [any Dialect], authentication: AuthenticationMode, settings: FrontSettings,
        clock: WallClock, logger: Logger, observe: @escaping @Sendable (Observation) -> Void,
        onBound: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) async throws(Refusal) {
        if authentication.isOpen, !LoopbackAddress.contains(host: settings.host) {
            throw Refusal(
                .invalidRequest, issue: "open_to_others",
                "auth.mode open is for loopback only, not \(settings.host); use keys, or listen on 127.0.0.1."
            )
        }
        self.settings = settings
        self.logger = logger
        self.onBound = onBound
        responder = FrontResponder(
            routes: RouteTable(dialects),
            authenticator: try await Authenticator(authentication, clock: clock), settings: settings,
            requestIDs: RequestIDs(), observe: observe)
    }

    /// Runs until shutdown; requests under way then have `drainDuration` to end.
    package func run() async throws {
        let application = application()
        let drain = settings.drainDuration
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await application.run()
                return true
            }
            group.addTask {
                // Cancelled as soon as the server has ended by itself.
                try await gracefulShutdown()
                try await Task.sleep(for: drain)
                return false
            }
            defer { group.cancelAll() }
            _ = try await group.next()
        }
    }

    private func application() -> some ApplicationProtocol {
        let limits = settings.limits
        let requestIDs = responder.requestIDs
        let onBound = onBound
        var channel = HTTP1Channel.Configuration(
            additionalChannelHandlers: [ConnectionGuard(limits: limits, requestIDs: requestIDs)],
            idleTimeout: nil)
        channel.httpDecoder.maxHeaderFieldSize = ConnectionGuard.headBytesMax
        channel.httpDecoder.maxHeaderListSize = ConnectionGuard.headBytesMax
        channel.httpDecoder.maxHeaderFieldCount = 100
        return Application(
            responder: responder, server: .http1(configuration: channel),
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port), backlog: 1024,
                availableConnectionsDelegate: .maximum(connectionsMax(limits), logger: logger)),
            onServerRunning: { channel in await onBound(channel.localAddress?.port ?? 0) }, logger: logger)
    }

    /// Never more connections than the system has descriptors for, some kept for the database and uploads.
    private func connectionsMax(_ limits: Limits) -> Int {
        let kept = 256
        guard let descriptors = DescriptorLimit.raise() else { return limits.connectionsMax }
        guard descriptors - kept < limits.connectionsMax else { return limits.connectionsMax }
        logger.warning(
            "the limit on open files bounds connections", metadata: ["descriptors": "\(descriptors)"])
        return max(16, descriptors - kept)
    }
}
