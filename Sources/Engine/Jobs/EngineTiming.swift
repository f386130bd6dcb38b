/// Monotonic time, waiting and chance; passed in so that tests need none of them.
package struct EngineTiming: Sendable {
    /// Time since some fixed moment; never goes back.
    package var elapsed: @Sendable () -> Duration
    /// Waits; throws only when cancelled.
    package var sleep: @Sendable (Duration) async throws -> Void
    /// 64 random bits from a secure source.
    package var random: @Sendable () -> UInt64

    package init(
        elapsed: @escaping @Sendable () -> Duration,
        sleep: @escaping @Sendable (Duration) async throws -> Void,
        random: @escaping @Sendable () -> UInt64
    ) {
        self.elapsed = elapsed
        self.sleep = sleep
        self.random = random
    }

    /// The machine's own clock and random source.
    package static func system() -> EngineTiming {
        let clock = ContinuousClock()
        let begin = clock.now
        return EngineTiming(
            elapsed: { begin.duration(to: clock.now) },
            sleep: { try await clock.sleep(for: $0) },
            random: { UInt64.random(in: .min ... .max) })
    }
}
