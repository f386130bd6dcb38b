import BulkModel
import Engine
import Formats

/// Answers a request that has an idempotency key once, however often it is sent.
///
/// The key is locked while its request is answered, so that a node that dies leaves nothing behind. It is looked up before the
/// body is read or anything else about the request is judged: a limit that has been reached meanwhile does not turn the
/// answer to something that was done into a refusal.
struct ReplyKeeper: Sendable {
    let engine: BulkEngine
    /// The body is read before the handler runs.
    let readsFirst: Bool
    let envelope: RefusalEnvelope

    /// After so many seconds the other request is worth asking for again.
    private static let retryAfterSeconds = 1

    /// So often is it tried to keep an answer.
    private static let savesMax = 3

    func answer(
        _ call: Call, key: String, _ handler: @escaping @Sendable (Call) async throws(Refusal) -> Answer
    ) async throws(Refusal) -> Answer {
        let caller = try call.requireCaller()
        let replyKey = self.key(of: call, caller, key)
        let answer = try await engine.holdingReply(replyKey) {
            try await self.answer(call, replyKey, handler)
        }
        guard let answer else {
            throw Refusal(
                .keyInUse, "A request with this Idempotency-Key is being answered; ask again in a moment.",
                retryAfterSeconds: Self.retryAfterSeconds)
        }
        return answer
    }

    private func answer(
        _ call: Call, _ key: ReplyKey, _ handler: @Sendable (Call) async throws(Refusal) -> Answer
    ) async throws(Refusal) -> Answer {
        let kept = try await engine.reply(to: key)
        let digest = BodyDigest(
            engine.makeDigest(), contentType: call.headers["content-type"], query: call.query,
            encoding: readsFirst ? nil : call.headers["content-encoding"], limits: call.limits)
        var call = call
        if readsFirst {
            let bytes = try await call.bytes()
            digest.take(bytes)
            digest.finish()
            call.hold(bytes)
        } else {
            call.body = DigestedBody(body: call.body, digest: digest)
        }
        if let kept { return try await replay(kept, call, digest) }
        return try await run(call, PendingReply(key: key, digest: digest, engine: engine), handler)
    }

    private func replay(
        _ kept: StoredReply, _ call: Call, _ digest: BodyDigest
    ) async throws(Refusal) -> Answer {
        if !readsFirst { try await call.drain() }
        guard digest.fingerprint == kept.fingerprint else {
            throw Refusal(
                .keyReused,
                "The Idempotency-Key was used for another request at \(kept.createdAt.rfc3339); take a fresh key."
            )
        }
        return Answer(
            status: kept.status,
            headers: kept.headers.map { Header($0.name, $0.value) } + [Header("Idempotent-Replayed", "true")],
            body: kept.body.isEmpty ? .none : .bytes(kept.body))
    }

    private func run(
        _ call: Call, _ pending: PendingReply, _ handler: @Sendable (Call) async throws(Refusal) -> Answer
    ) async throws(Refusal) -> Answer {
        var call = call
        call.reply = pending
        let answer: Answer
        do throws(Refusal) {
            answer = try await handler(call)
        } catch {
            guard PendingReply.isWorthKeeping(error) else { throw error }
            answer = envelope.answer(error, requestID: call.requestID)
        }
        if let reply = pending.unsaved(answer) { await keep(reply) }
        return answer
    }

    /// Keeps the answer to work that is done: trouble of a moment is not to have it done again.
    private func keep(_ reply: StoredReply) async {
        for _ in 0..<Self.savesMax {
            do throws(Refusal) {
                try await engine.save(reply)
                return
            } catch {
                // A refusal now would have the work done again, so who is answered is only not answered twice.
                continue
            }
        }
    }

    /// Of the credential, too: keys of one never lead to the answers of another.
    private func key(of call: Call, _ caller: Caller, _ key: String) -> ReplyKey {
        var digest = engine.makeDigest()
        var writer = JSONWriter()
        let parts = [caller.tenant.text, caller.credential, call.method.rawValue, call.path, key]
        writer.value(.array(parts.map(JSONValue.string)))
        digest.update(writer.bytes)
        return ReplyKey(tenant: caller.tenant, digest: digest.finalize())
    }
}
