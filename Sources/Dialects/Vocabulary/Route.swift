package import BulkModel
import Engine

/// One entry of a dialect's table: which requests it takes and what answers them.
package struct Route: Sendable {
    package let method: Method
    package let pattern: RoutePattern
    /// False for routes that check a signature of their own or show nothing secret.
    package let needsCredential: Bool
    /// A `token` in the query stands in for a credential; the handler looks at it.
    package let takesToken: Bool
    /// How refusals are rendered.
    package let envelope: RefusalEnvelope
    /// What becomes of an `Idempotency-Key`.
    package let replies: ReplyKeeping
    private let handler: @Sendable (Call) async throws(Refusal) -> Answer

    /// `pattern` is a path such as `/v1/bulk/jobs/{job}`.
    package init(
        _ method: Method, _ pattern: String, needsCredential: Bool = true, takesToken: Bool = false,
        envelope: RefusalEnvelope = .problem, replies: ReplyKeeping = .none,
        handler: @escaping @Sendable (Call) async throws(Refusal) -> Answer
    ) {
        self.method = method
        self.pattern = RoutePattern(pattern)
        self.needsCredential = needsCredential
        self.takesToken = takesToken
        self.envelope = envelope
        self.replies = replies
        self.handler = handler
    }

    /// What the route makes of the call, a refusal included; for a request that was answered before, that answer again.
    package func answer(_ call: Call) async -> Result<Answer, Refusal> {
        do {
            return .success(try await answerOnce(call))
        } catch {
            return .failure(error)
        }
    }

    private func answerOnce(_ call: Call) async throws(Refusal) -> Answer {
        switch replies {
        case .none: return try await handler(call)
        case .refused(let hint):
            guard call.headers.count(of: IdempotencyKey.headerName) == 0 else {
                throw IdempotencyKey.refusal(hint)
            }
            return try await handler(call)
        case .kept(let engine): return try await answerOnce(call, by: engine, readsFirst: true)
        case .keptWhileRead(let engine): return try await answerOnce(call, by: engine, readsFirst: false)
        }
    }

    private func answerOnce(
        _ call: Call, by engine: BulkEngine, readsFirst: Bool
    ) async throws(Refusal) -> Answer {
        guard let key = try IdempotencyKey.read(call.headers) else { return try await handler(call) }
        let keeper = ReplyKeeper(engine: engine, readsFirst: readsFirst, envelope: envelope)
        return try await keeper.answer(call, key: key, handler)
    }
}
