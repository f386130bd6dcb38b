package import BulkModel
package import Engine
import ServiceLifecycle

/// Delivery of webhooks put together: the service that sends them, and what dialects and commands ask of it.
package struct WebhookService: Service {
    private let dispatcher: WebhookDispatcher
    private let sweeper: EventSweeper
    private let secrets: WebhookSecrets

    /// What the operator says of webhooks.
    package struct Settings: Sendable {
        /// Signs deliveries of tenants that have none of their own; nil: one is made when it is needed first.
        package var secret: SigningSecret?
        package var allowed: [AllowedTarget]
        package var allowsHTTP: Bool
        /// Where this server listens itself (port 0: not known): not called unless listed with its port.
        package var listenHost: String
        package var listenPort: Int

        package init(
            secret: SigningSecret?, allowed: [AllowedTarget], allowsHTTP: Bool, listenHost: String,
            listenPort: Int
        ) {
            self.secret = secret
            self.allowed = allowed
            self.allowsHTTP = allowsHTTP
            self.listenHost = listenHost
            self.listenPort = listenPort
        }
    }

    /// `rootSecret` is the store's own; `userAgent` such as `breakbulk/1.0`; `random` gives that many unguessable bytes.
    package static func make(
        store: any OutboxStore & WebhookSecretStore, rootSecret: [UInt8], settings: Settings, limits: Limits,
        userAgent: String, clock: WallClock, timing: EngineTiming = .system(),
        random: @escaping @Sendable (Int) -> [UInt8], observe: @escaping @Sendable (Observation) -> Void
    ) -> WebhookService {
        let addresses = AddressGuard(
            allowed: settings.allowed, allowsHTTP: settings.allowsHTTP,
            own: OwnAddresses.of(listenHost: settings.listenHost), ownPort: settings.listenPort,
            limits: limits)
        let secrets = WebhookSecrets(
            store: store, sealer: SecretSealer(rootSecret: rootSecret), configured: settings.secret,
            clock: clock, random: random)
        let sender = HTTPWebhookSender(
            addresses: addresses,
            resolver: SystemResolver(timeout: limits.webhookResolveTimeout, sleep: timing.sleep),
            secrets: secrets, limits: limits, clock: clock, timing: timing, userAgent: userAgent)
        return WebhookService(
            dispatcher: WebhookDispatcher(
                store: store, sender: sender, limits: limits, clock: clock, timing: timing, observe: observe),
            sweeper: EventSweeper(
                store: store, limits: limits, clock: clock, timing: timing, observe: observe),
            secrets: secrets)
    }

    /// Sends and sweeps until the group shuts down or the task is cancelled.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await sweeper.run() }
                group.addTask { await dispatcher.run() }
            }
        }
    }

    /// A caller's own secret, unreadable without the server's root secret: what is kept beside its job.
    package func seal(_ secret: [UInt8]) -> [UInt8] { secrets.seal(secret) }
}
