import BulkModel
package import Engine
import Formats

/// Updates of every record that a filter matches (spec 001, "Update by Query"): done when it is answered.
package struct UpdateRoutes: Dialect {
    /// Names the dialect in jobs.
    private static let name = "batch-operations"

    private let engine: BulkEngine

    package init(engine: BulkEngine) { self.engine = engine }

    package var routes: [Route] {
        ["/v1/bulk-update/{table}", "/v1/tables/{table}/bulk-update"].map { path in
            Route(.post, path, envelope: .error, replies: .kept(by: engine)) { call throws(Refusal) in
                try await update(call)
            }
        }
    }

    private func update(_ call: Call) async throws(Refusal) -> Answer {
        let caller = try call.requireCaller()
        let table = try call.parameter("table")
        try call.query.check(known: [])
        let body = try await call.json()
        let columns = try await engine.columns(of: table, for: caller)
        let intake = UpdateIntake(table: table, columns: columns, limits: call.limits)
        let asked = try intake.request(body)
        let stream: OutcomeStream
        do {
            stream = try await engine.begin(
                asked.request, options: asked.options, dialect: Self.name, by: caller)
        } catch {
            throw UpdateIntake.named(error)
        }
        let tally = UpdateTally()
        do {
            try await stream.run { event in tally.take(event) }
        } catch {
            // Nobody has a cursor to go on with. Where this fails too, the operation expires by itself.
            _ = try? await engine.abort(stream.job.id, by: caller)
            throw broken(error, stream.job.id)
        }
        return try tally.answer(isDryRun: stream.isDryRun)
    }

    /// Why the update is not whole, and where it is told how far it came.
    private func broken(_ error: any Error, _ id: JobID) -> Refusal {
        var refusal =
            error as? Refusal
            ?? Refusal(.serviceUnavailable, "The update was cut short.")
        refusal.message += " Records before that are updated; GET /v1/jobs/\(id.text) says how many."
        return refusal
    }
}
