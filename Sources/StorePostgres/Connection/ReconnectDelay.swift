/// How long to leave the server alone after a connection could not be had: doubling, with jitter, bounded.
struct ReconnectDelay: Sendable {
    static let first = Duration.milliseconds(100)
    static let longest = Duration.seconds(10)

    private var failureCount = 0

    /// The time to wait now; `random` is from 0 up to 1 and takes away up to half, so that nodes do not come
    /// all at once.
    mutating func fail(random: Double) -> Duration {
        let doublings = min(failureCount, 16)
        failureCount += 1
        return min(Self.first * (1 << doublings), Self.longest) * (1 - random / 2)
    }

    mutating func succeed() { failureCount = 0 }
}
