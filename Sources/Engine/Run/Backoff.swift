/// How long to leave a job alone after a store call failed: doubling, with jitter, bounded.
struct Backoff: Sendable {
    /// Failures in a row.
    private(set) var attempts = 0

    private static let first = Duration.milliseconds(50)
    private static let doublingsMax = 7

    /// Counts a failure; gives the wait before the next try, between half and the whole of the step.
    mutating func fail(random: UInt64) -> Duration {
        let step = Self.first * (1 << min(attempts, Self.doublingsMax))
        attempts += 1
        let fraction = 0.5 + 0.5 * Double(random >> 11) / Double(UInt64(1) << 53)
        return step * fraction
    }

    mutating func succeed() { attempts = 0 }
}
