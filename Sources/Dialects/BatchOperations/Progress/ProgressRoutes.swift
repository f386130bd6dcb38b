package import BulkModel
package import Engine
import Formats

/// The progress of a job as a stream of events (spec 001, "Server-Sent Events for Progress"), and the tokens that let a
/// browser's `EventSource` read it.
package struct ProgressRoutes: Dialect {
    let engine: BulkEngine
    let signer: any Signer
    let clock: WallClock
    let desk: ProgressDesk
    let untilShutdown: ProgressTeller.Waiting

    /// `untilShutdown` runs a wait, and cancels it when the server shuts down.
    package init(
        engine: BulkEngine, signer: any Signer, clock: WallClock,
        untilShutdown: @escaping ProgressTeller.Waiting = { wait in try await wait() }
    ) {
        self.untilShutdown = untilShutdown
        self.engine = engine
        self.signer = signer
        self.clock = clock
        desk = engine.makeProgressDesk()
    }

    package var routes: [Route] {
        [
            // A credential or a token: one of both is looked for below.
            Route(
                .get, "/v1/jobs/{job}/progress", takesToken: true, envelope: .error
            ) {
                call throws(Refusal) in try await listen(call)
            },
            Route(.post, "/v1/jobs/{job}/progress-token", envelope: .error) { call throws(Refusal) in
                try await token(call)
            },
        ]
    }

    private func listen(_ call: Call) async throws(Refusal) -> Answer {
        try call.query.check(known: ["token"])
        let id = JobID(try call.parameter("job"))
        let caller = try caller(of: call, for: id)
        let listener = try await engine.listen(to: id, at: desk, for: caller)
        if listener.job.state.isTerminal, call.headers["last-event-id"] == ProgressEvents.lastID(of: id) {
            // What tells an EventSource not to come back.
            return Answer(status: 204)
        }
        let teller = ProgressTeller(
            engine: engine, listener: listener, clock: clock, heartbeat: call.limits.progressHeartbeat,
            untilShutdown: untilShutdown)
        return Answer(
            status: 200,
            headers: [
                Header("Content-Type", ServerEvent.mediaType),
                Header("Cache-Control", "no-store"),
                Header("X-Content-Type-Options", "nosniff"),
                // For nginx and those that do as it does: events are of use when they happen.
                Header("X-Accel-Buffering", "no"),
            ],
            body: .stream { sink in try await teller.tell(to: sink) })
    }

    private func caller(of call: Call, for id: JobID) throws(Refusal) -> Caller {
        guard let text = call.query["token"] else { return try call.requireCaller() }
        return try ProgressToken(text, job: id, now: clock.now(), signer: signer).caller
    }

    private func token(_ call: Call) async throws(Refusal) -> Answer {
        let caller = try call.requireCaller()
        try call.query.check(known: [])
        let job = try await engine.job(JobID(try call.parameter("job")), for: caller)
        let token = ProgressToken(job: job, now: clock.now(), lifetime: call.limits.progressTokenLifetime)
        let text = token.signed(by: signer)
        return .json([
            "token": .string(text),
            "url": .string("\(call.baseURL)/v1/jobs/\(job.id)/progress?token=\(text)"),
            "expires_at": .string(token.expiresAt.rfc3339),
        ])
    }
}
