import BulkModel

/// Repeats store calls of one stream that fail in passing, a few times: its caller waits, and can go on later.
struct StoreRetries: Sendable {
    let core: EngineCore
    let job: JobID

    /// Together about ten seconds.
    private static let attemptsMax = 8

    /// Throws what the call throws at last.
    func callAsFunction<Value: Sendable>(
        _ call: @Sendable () async throws(StoreError) -> Value
    ) async throws -> Value {
        var backoff = Backoff()
        while true {
            do {
                return try await call()
            } catch {
                guard error.isRetryable, backoff.attempts < Self.attemptsMax else { throw error }
                try await rest(&backoff, after: error)
            }
        }
    }

    /// Waits before the next try.
    func rest(_ backoff: inout Backoff, after error: StoreError) async throws {
        let wait = backoff.fail(random: core.timing.random())
        let cause = "\(error.code.rawValue): \(error.message)"
        core.observe(.chunkRetried(job, attempt: backoff.attempts, cause: cause))
        try await core.timing.sleep(wait)
    }

    /// Whether there is use in trying again.
    func admits(_ error: StoreError, after backoff: Backoff) -> Bool {
        (error.isRetryable || error.code == .jobMoved) && backoff.attempts < Self.attemptsMax
    }
}
