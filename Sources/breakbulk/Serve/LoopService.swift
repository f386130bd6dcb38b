import ServiceLifecycle

/// A loop that runs until it is cancelled, as a service that ends with a graceful shutdown.
struct LoopService: Service {
    let body: @Sendable () async throws -> Void

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            do {
                try await body()
            } catch is CancellationError {
                return
            }
        }
    }
}
