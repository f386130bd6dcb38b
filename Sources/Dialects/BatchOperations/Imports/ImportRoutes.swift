import BulkModel
package import Engine
import Formats

/// Imports of spec 001: a file in a form, or records in a JSON body; both become a job.
package struct ImportRoutes: Dialect {
    let engine: BulkEngine
    let webhooks: WebhookIntake

    /// `webhooks` reads whom to tell of an import's end.
    package init(engine: BulkEngine, webhooks: WebhookIntake) {
        self.engine = engine
        self.webhooks = webhooks
    }

    package var routes: [Route] {
        ["/v1/import/{table}", "/v1/tables/{table}/import"].map { path in
            route(path) { call throws(Refusal) in try await importFile(call) }
        }
            + ["/v1/bulk/{table}", "/v1/tables/{table}/bulk"].map { path in
                route(path) { call throws(Refusal) in try await importRecords(call) }
            }
    }

    private func route(
        _ path: String, _ handler: @escaping @Sendable (Call) async throws(Refusal) -> Answer
    ) -> Route {
        Route(.post, path, envelope: .error, replies: .keptWhileRead(by: engine), handler: handler)
    }

    private func importFile(_ call: Call) async throws(Refusal) -> Answer {
        let wrapping = try FormUnwrapping(contentType: call.headers["content-type"], limits: call.limits)
        return try await answer(call, wrapping, isFile: true)
    }

    private func importRecords(_ call: Call) async throws(Refusal) -> Answer {
        let wrapping = EnvelopeUnwrapping(table: try call.parameter("table"), limits: call.limits)
        return try await answer(call, wrapping, isFile: false)
    }

    private func answer(
        _ call: Call, _ wrapping: some ImportUnwrapping, isFile: Bool
    ) async throws(Refusal) -> Answer {
        let caller = try call.requireCaller()
        try call.query.check(known: [])
        let isPacked = try UploadMediaType.compression(call.headers["content-encoding"]) == .gzip
        if let length = call.contentLength, length > call.limits.uploadBytesMax {
            throw Refusal(
                .payloadTooLarge, issue: "max_bytes",
                "The body has \(length) bytes, at most \(call.limits.uploadBytesMax) are taken; send several."
            )
        }
        let run = ImportRun(
            engine: engine, webhooks: webhooks, call: call, caller: caller,
            table: try call.parameter("table"),
            reader: Self.reader(call.body, wrapping, isPacked: isPacked, limits: call.limits), isFile: isFile,
            isPacked: isPacked)
        return try await run.answer()
    }

    /// Opens the body's own type, which `call` hides.
    private static func reader<Body: AsyncSequence<[UInt8], any Error> & Sendable>(
        _ body: Body, _ wrapping: some ImportUnwrapping, isPacked: Bool, limits: Limits
    ) -> any ImportReading {
        ImportReader(body, wrapping: wrapping, isPacked: isPacked, limits: limits)
    }
}
