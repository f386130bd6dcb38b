import BulkModel
package import Engine
import Formats

/// The dialect of spec 000, "Bulk Data Processing Stream": one request, one line for each record as it is done.
package struct BulkProcess: Dialect {
    /// Names the dialect in jobs.
    static let name = "bulk-process"

    let engine: BulkEngine
    let signer: any Signer

    package init(engine: BulkEngine, signer: any Signer) {
        self.engine = engine
        self.signer = signer
    }

    package var routes: [Route] {
        ["/v1/{table}/bulk-process", "/v1/tables/{table}/bulk-process"].map { path in
            Route(.post, path, replies: .refused(Self.keyHint)) { call throws(Refusal) in
                try await process(call)
            }
        }
    }

    /// An answer that is told while the work is done cannot be kept before it; its cursors do what a key is for.
    private static let keyHint =
        "Does not go with streams: what was told and what was not is in their cursors; go on with resumeFrom."

    private func process(_ call: Call) async throws(Refusal) -> Answer {
        let caller = try call.requireCaller()
        let table = try call.parameter("table")
        try checkAccept(call.headers["accept"])
        let cursors = StreamCursors(signer: signer, tenant: caller.tenant, table: table)
        let stream =
            if let format = Self.recordFormat(call.headers["content-type"]) {
                try await ingest(call, table: table, format: format, by: caller, cursors)
            } else {
                try await select(call, table: table, by: caller, cursors)
            }
        return StreamAnswer.make(stream, cursors: cursors, requestID: call.requestID)
    }

    /// The format of records in the body; nil when the body is a request.
    private static func recordFormat(_ contentType: String?) -> ContentFormat? {
        switch MediaType.format(named: MediaType.name(in: contentType)) {
        case .csv: .csv
        case .ndjson: .ndjson
        case .json, nil: nil
        }
    }

    private func select(
        _ call: Call, table: String, by caller: Caller, _ cursors: StreamCursors
    ) async throws(Refusal) -> OutcomeStream {
        if call.query["operation"] != nil {
            throw Refusal(
                .unsupportedMediaType, issue: "content_type",
                "?operation= goes with records as the body: send Content-Type application/x-ndjson or text/csv."
            )
        }
        try call.query.check(known: [])
        let intake = ProcessIntake(table: table, limits: call.limits)
        switch try intake.request(try await call.json()) {
        case .begin(let selection):
            return try await engine.begin(
                selection.request, options: selection.options, dialect: Self.name, by: caller)
        case .resume(let cursor, let selection):
            let place = try cursors.read(cursor)
            try await check(place.id, comesFrom: .selection, table: table, by: caller)
            return try await engine.resume(
                place.id, behind: place.behind, table: table,
                as: selection.map { ($0.request, $0.options) }, by: caller)
        }
    }

    private func ingest(
        _ call: Call, table: String, format: ContentFormat, by caller: Caller, _ cursors: StreamCursors
    ) async throws(Refusal) -> OutcomeStream {
        let request = try IngestRequest(call, table: table, format: format, tenant: caller.tenant)
        var place: (id: JobID, behind: Int)?
        if let cursor = request.cursor {
            let read = try cursors.read(cursor)
            try await check(read.id, comesFrom: .stream, table: table, by: caller)
            place = read
        }
        return try await engine.ingest(
            request.spec, call.body, compression: request.compression, options: request.options,
            resuming: place, by: caller)
    }

    /// Selections and given records go on in different ways: who took the other one is told which.
    private func check(
        _ id: JobID, comesFrom source: JobSource, table: String, by caller: Caller
    ) async throws(Refusal) {
        guard try await engine.streamSource(of: id, table: table, by: caller) != source else { return }
        let message =
            source == .stream
            ? "The cursor is one of a selection: send {\"resumeFrom\": …} as application/json, without records."
            : "The cursor is one of records that a request brought: send them again, from the first, as that "
                + "request did, with ?resumeFrom= beside ?operation=."
        throw Refusal(
            .invalidRequest, issue: "other_request", "resumeFrom: \(message)",
            details: [Refusal.Detail(field: "resumeFrom", code: .invalidRequest, message: message)])
    }

    private func checkAccept(_ header: String?) throws(Refusal) {
        // Those who ask for application/json are given a sequence of it: refusing them would help nobody.
        let names = MediaType.names(of: .ndjson) + [MediaType.name(of: .json)]
        guard !Negotiation.takes(anyOf: names, accept: header) else { return }
        throw Refusal(
            .invalidRequest, issue: "not_acceptable",
            "The answer is application/x-ndjson, which the Accept line excludes; leave it out or name that type."
        )
    }
}
