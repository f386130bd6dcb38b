import BulkModel

/// Waits for a store that cannot take a call of a stream: its caller waits too, and can go on later.
struct StorePatience: Sendable {
    private let core: EngineCore
    private let job: JobID
    private let begunAt: Duration
    private var backoff = Backoff()

    /// How long one call is tried.
    private static let duration = Duration.seconds(30)

    /// Patience with one call and all its tries.
    init(of job: JobID, core: EngineCore) {
        (self.core, self.job) = (core, job)
        begunAt = core.timing.elapsed()
    }

    /// Rests before the next try; throws the error when patience would end before that.
    mutating func rest(after error: StoreError) async throws {
        let rest = backoff.fail(random: core.timing.random())
        let cause = "\(error.code.rawValue): \(error.message)"
        core.observe(.chunkRetried(job, attempt: backoff.attempts, cause: cause))
        guard core.timing.elapsed() + rest - begunAt <= Self.duration else { throw error }
        try await core.timing.sleep(rest)
    }
}

extension EngineCore {
    /// The call's value. While the store cannot take it, it is called again after a rest, until patience ends.
    func patiently<Value>(
        for job: JobID, _ call: () async throws(StoreError) -> Value
    ) async throws -> Value {
        var patience = StorePatience(of: job, core: self)
        var result = await Self.attempt(call)
        while case .failure(let error) = result {
            guard error.isRetryable else { throw error }
            try await patience.rest(after: error)
            result = await Self.attempt(call)
        }
        return try result.get()
    }

    private static func attempt<Value>(
        _ call: () async throws(StoreError) -> Value
    ) async -> Result<Value, StoreError> {
        do {
            return .success(try await call())
        } catch {
            return .failure(error)
        }
    }
}
