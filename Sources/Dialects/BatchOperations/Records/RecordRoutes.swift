import BulkModel
package import Engine
import Formats

/// REST on single records (the paths that spec 001's batches name), each request a batch of one.
package struct RecordRoutes: Dialect {
    let engine: BulkEngine
    let signer: any Signer

    package init(engine: BulkEngine, signer: any Signer) {
        self.engine = engine
        self.signer = signer
    }

    package var routes: [Route] {
        ["/v1/{table}", "/v1/tables/{table}"].flatMap { table in
            [
                Route(.get, table, envelope: .error) { call throws(Refusal) in try await list(call) },
                writing(.post, table, .create),
                Route(.get, table + "/{id}", envelope: .error) { call throws(Refusal) in
                    try await perform(.read, call)
                },
                writing(.patch, table + "/{id}", .patch),
                writing(.put, table + "/{id}", .replace),
                writing(.delete, table + "/{id}", .delete),
            ]
        }
    }

    private func writing(_ method: Method, _ path: String, _ kind: BatchOperation.Kind) -> Route {
        Route(method, path, envelope: .error, replies: .kept(by: engine)) { call throws(Refusal) in
            try await perform(kind, call)
        }
    }

    private func perform(_ kind: BatchOperation.Kind, _ call: Call) async throws(Refusal) -> Answer {
        let caller = try call.requireCaller()
        try call.query.check(known: [])
        let table = try call.parameter("table")
        let record = kind == .create ? nil : try call.parameter("id")
        let operation = BatchOperation(
            id: "op1", kind: kind, table: table, record: record, body: try await Self.body(kind, call))
        var request = BatchRequest(
            dialect: BatchOperations.name, operations: [operation], timeout: call.limits.batchTimeoutDefault)
        request.resolvesReferences = false
        let answer = RecordAnswer(path: call.path, baseURL: call.baseURL, table: table)
        var reply: (@Sendable (BatchOutcome) -> StoredReply?)?
        if let pending = call.reply {
            // A refusal is kept in the route's envelope, once it is known there.
            reply = { outcome in (try? answer.make(outcome).get()).flatMap(pending.stored) }
        }
        let outcome = try await engine.perform(request, by: caller, reply: reply)
        return try answer.make(outcome).get()
    }

    private static func body(
        _ kind: BatchOperation.Kind, _ call: Call
    ) async throws(Refusal) -> [JSONValue.Member] {
        guard kind != .read, kind != .delete else { return [] }
        guard case .object(let members) = try await call.json() else {
            throw Refusal(
                .invalidRequest, issue: "not_an_object",
                "The body must be a JSON object of the record's columns and their values.")
        }
        return members
    }

    private func list(_ call: Call) async throws(Refusal) -> Answer {
        let caller = try call.requireCaller()
        let table = try call.parameter("table")
        let lists = RecordLists(signer: signer, tenant: caller.tenant, limits: call.limits)
        let reading = lists.reading(of: table, call.query)
        let page = try await engine.list(reading, of: table, by: caller)
        return RecordAnswer.list(page, next: lists.next(of: page, table, reading.items))
    }
}
