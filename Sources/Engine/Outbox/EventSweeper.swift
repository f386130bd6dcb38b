package import BulkModel

/// Removes events and their deliveries once their days are over; a service of the composition root.
package struct EventSweeper: Sendable {
    private let store: any OutboxStore
    private let limits: Limits
    private let clock: WallClock
    private let timing: EngineTiming
    private let observe: @Sendable (Observation) -> Void

    private static let interval = Duration.seconds(600)
    private static let eventsAtOnceMax = 1000

    package init(
        store: any OutboxStore, limits: Limits, clock: WallClock, timing: EngineTiming = .system(),
        observe: @escaping @Sendable (Observation) -> Void
    ) {
        self.store = store
        self.limits = limits
        self.clock = clock
        self.timing = timing
        self.observe = observe
    }

    /// Ends when the task is cancelled.
    package func run() async {
        while !Task.isCancelled {
            await sweep()
            do {
                try await timing.sleep(Self.interval)
            } catch {
                return
            }
        }
    }

    /// One round, in parts small enough for other writers to come in between; a failure is left to the next round.
    func sweep() async {
        let limit = clock.now() - limits.eventsKept
        var count = Self.eventsAtOnceMax
        while count == Self.eventsAtOnceMax, !Task.isCancelled {
            do {
                count = try await store.sweepEvents(before: limit, limit: Self.eventsAtOnceMax)
            } catch {
                return observe(.serviceFault("removal of old events", cause: error.message))
            }
        }
    }
}
