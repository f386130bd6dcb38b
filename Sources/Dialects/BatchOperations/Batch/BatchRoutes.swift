import BulkModel
package import Engine
import Formats

/// `POST /v1/batch` of spec 001: many operations on single records in one request.
package struct BatchRoutes: Dialect {
    let engine: BulkEngine
    let signer: any Signer
    let webhooks: WebhookIntake

    /// `signer` signs the cursors of lists; `webhooks` reads whom to tell of a batch's end.
    package init(engine: BulkEngine, signer: any Signer, webhooks: WebhookIntake) {
        self.engine = engine
        self.signer = signer
        self.webhooks = webhooks
    }

    package var routes: [Route] {
        [
            Route(.post, "/v1/batch", envelope: .error, replies: .kept(by: engine)) { call throws(Refusal) in
                try await perform(call)
            }
        ]
    }

    private func perform(_ call: Call) async throws(Refusal) -> Answer {
        let caller = try call.requireCaller()
        try call.query.check(known: [])
        let command = try BatchCommand(
            try await call.json(), dialect: BatchOperations.name, limits: call.limits, webhooks: webhooks,
            lists: RecordLists(signer: signer, tenant: caller.tenant, limits: call.limits))
        var reply: (@Sendable (BatchOutcome) -> StoredReply?)?
        if let pending = call.reply {
            reply = { outcome in pending.stored(BatchAnswer.make(outcome, of: command)) }
        }
        let outcome = try await engine.perform(command.request, by: caller, reply: reply)
        return BatchAnswer.make(outcome, of: command)
    }
}
