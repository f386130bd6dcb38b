/// When a job is tried again after something of it failed, and when it is given up.
struct Retries: Sendable {
    private var backoff = Backoff()
    /// Failures in a row of a kind that does not pass.
    private var lastingCount = 0
    /// Time (`EngineTiming.elapsed`) of the next try.
    private(set) var notBefore = Duration.zero

    /// Failures of a kind that does not pass, in a row, before the job fails.
    static let lastingMax = 3

    /// Failures in a row.
    var attempts: Int { backoff.attempts }

    func isReady(at now: Duration) -> Bool { notBefore <= now }

    /// Counts a failure and begins a rest; true when there is no use in trying again.
    mutating func fail(_ error: StoreError, at now: Duration, random: UInt64) -> Bool {
        notBefore = now + backoff.fail(random: random)
        guard !error.isRetryable, error.code != .jobMoved else { return false }
        lastingCount += 1
        return lastingCount >= Self.lastingMax
    }

    /// As `fail`, but what fails while the rest lasts is the same failure, met by another worker.
    mutating func failOnce(_ error: StoreError, at now: Duration, random: UInt64) {
        guard attempts == 0 || isReady(at: now) else { return }
        // Neither looking for work nor a job that moved is ever given up.
        _ = fail(error, at: now, random: random)
    }

    /// A chunk was applied: what failed before does not count any more.
    mutating func succeed() {
        backoff.succeed()
        lastingCount = 0
    }

    /// Ends the rest.
    mutating func hurry() { notBefore = .zero }
}
