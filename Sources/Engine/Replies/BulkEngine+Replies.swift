package import BulkModel

extension BulkEngine {
    /// Does what may be done once at a time for an idempotency key, over all nodes; nil, and nothing is done, while another
    /// request with the same key is at it.
    package func holdingReply<Value: Sendable>(
        _ key: ReplyKey, _ body: () async throws -> Value
    ) async throws(Refusal) -> Value? {
        try await refusing("holdingReply") {
            try await core.holding(.reply(key)) { _ in try await body() }
        }
    }

    /// The kept answer, nil when there is none.
    package func reply(to key: ReplyKey) async throws(Refusal) -> StoredReply? {
        try await refusing("reply") { try await core.replyStore.reply(to: key) }
    }

    /// Keeps the answer, durably; the first one kept for a key stays.
    package func save(_ reply: StoredReply) async throws(Refusal) {
        try await refusing("save") { try await core.replyStore.save(reply) }
    }

    /// A fresh SHA-256, for keys and fingerprints of requests.
    package func makeDigest() -> any StreamDigest { core.makeDigest() }

    /// The present, as the engine's clock has it.
    package func now() -> Timestamp { core.clock.now() }

    /// Bytes of a body that is kept, at most.
    package var replyBytesMax: Int { core.limits.replyBytesMax }
}
