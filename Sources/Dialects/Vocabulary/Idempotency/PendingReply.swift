import BulkModel
package import Engine
import Formats
import Synchronization

/// The answer that a request with an idempotency key will have.
///
/// Work that commits itself keeps its answer in the same transaction (`stored`); all other answers are kept when the handler
/// has returned.
package final class PendingReply: Sendable {
    private let key: ReplyKey
    private let digest: BodyDigest
    private let engine: BulkEngine
    /// What was handed over to be kept by the work itself.
    private let handedOver = Mutex<StoredReply?>(nil)

    init(key: ReplyKey, digest: BodyDigest, engine: BulkEngine) {
        self.key = key
        self.digest = digest
        self.engine = engine
    }

    /// The answer as the work is to keep it in its own transaction; nil when it is not one to keep. May be called several
    /// times; what counts is the last one, and that the handler then gives this very answer.
    package func stored(_ answer: Answer) -> StoredReply? {
        let reply = make(answer)
        handedOver.withLock { $0 = reply }
        return reply
    }

    /// The answer when it is one to keep and the work has not done so.
    func unsaved(_ answer: Answer) -> StoredReply? {
        guard let reply = make(answer) else { return nil }
        // An answer of another status is not the one that the work kept: that was undone.
        return handedOver.withLock { $0?.status == reply.status } ? nil : reply
    }

    private func make(_ answer: Answer) -> StoredReply? {
        guard Self.isWorthKeeping(answer.status), let fingerprint = digest.fingerprint else { return nil }
        var headers = answer.headers.map { StoredReply.HeaderLine(name: $0.name, value: $0.value) }
        var body: [UInt8] = []
        switch answer.body {
        case .none: break
        case .bytes(let bytes): body = bytes
        case .stream: return nil
        }
        if body.count > engine.replyBytesMax {
            headers.removeAll { $0.name.lowercased() == "content-type" }
            headers.append(.init(name: "Content-Type", value: "application/json"))
            body = Self.notKept(bodyBytes: body.count)
        }
        return StoredReply(
            key: key, fingerprint: fingerprint, status: answer.status, headers: headers, body: body,
            createdAt: engine.now())
    }

    /// Refusals that pass are not kept either: a lock, the state of a job, a body over a limit that can be raised. Who sends
    /// the request again once they have passed wants its work done. What a batch says of its operations is no refusal.
    static func isWorthKeeping(_ refusal: Refusal) -> Bool {
        let code = refusal.code
        guard !code.isRetryable, code != .jobStateConflict else { return false }
        return code.status != ErrorCode.payloadTooLarge.status && isWorthKeeping(code.status)
    }

    /// Answers that say nothing about the work: who sends the request again may fare better.
    static func isWorthKeeping(_ status: Int) -> Bool {
        ![401, 403, 408, 429].contains(status) && status < 500
    }

    /// Stands for a body that is too large to keep. Forgetting the answer instead would do the work a second time.
    private static func notKept(bodyBytes: Int) -> [UInt8] {
        var writer = JSONWriter()
        writer.value([
            "answer_kept": false, "answer_bytes": .integer(Int64(bodyBytes)),
            "message":
                "The request was answered before and is not done again; its answer was too large to be kept.",
        ])
        return writer.bytes + [UInt8(ascii: "\n")]
    }
}
