/// Waits that end: what takes too long fails with words, where a hang would take the whole run with it.
enum Patience {
    struct Ended: Error, CustomStringConvertible {
        var what: String
        var limit: Duration

        var description: String { "\(what): still waiting after \(limit)" }
    }

    /// The body's value; a body that heeds cancellation is left when the time is over.
    static func within<Value: Sendable>(
        _ limit: Duration, _ what: String, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: limit)
                throw Ended(what: what, limit: limit)
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() else { throw CancellationError() }
            return value
        }
    }

    /// Looks again and again until it holds.
    static func until(
        _ what: String, within limit: Duration = .seconds(120), _ holds: () async throws -> Bool
    ) async throws {
        let end = ContinuousClock.now + limit
        while try await !holds() {
            guard ContinuousClock.now < end else { throw Ended(what: what, limit: limit) }
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}
