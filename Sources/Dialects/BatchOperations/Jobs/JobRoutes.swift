import BulkModel
package import Engine
import Formats

/// Jobs as spec 001 shows them ("Job Status Endpoint"), of whatever kind and dialect: look, list, cancel, outcomes of the
/// records, retry.
package struct JobRoutes: Dialect {
    let engine: BulkEngine
    let signer: any Signer

    package init(engine: BulkEngine, signer: any Signer) {
        self.engine = engine
        self.signer = signer
    }

    package var routes: [Route] {
        let job = "/v1/jobs/{job}"
        return [
            Route(.get, "/v1/jobs", envelope: .error) { call throws(Refusal) in try await list(call) },
            Route(.get, job, envelope: .error) { call throws(Refusal) in try await show(call) },
            Route(.get, job + "/records", envelope: .error) { call throws(Refusal) in
                try await records(call)
            },
            Route(.post, job + "/cancel", envelope: .error, replies: .kept(by: engine)) {
                call throws(Refusal) in try await cancel(call)
            },
            Route(.post, job + "/retry", envelope: .error, replies: .keptWhileRead(by: engine)) {
                call throws(Refusal) in try await retry(call)
            },
        ]
    }

    private func show(_ call: Call) async throws(Refusal) -> Answer {
        let caller = try call.requireCaller()
        try call.query.check(known: ["wait"])
        let id = JobID(try call.parameter("job"))
        guard let seconds = try call.query.integer("wait", in: 0...call.limits.waitSecondsMax), seconds > 0
        else {
            return .json(try await report(try await engine.job(id, for: caller), call))
        }
        return .json(
            try await report(
                try await engine.wait(for: id, by: caller, atMost: .seconds(seconds)), call))
    }

    private func list(_ call: Call) async throws(Refusal) -> Answer {
        let caller = try call.requireCaller()
        let page = try JobListPage(call.query, caller: caller, limits: call.limits, signer: signer)
        let (jobs, next) = try await engine.jobs(
            for: caller, states: page.states, limit: page.limit, after: page.cursor)
        let token = next.map(page.token)
        return .json([
            "jobs": .array(
                jobs.map { job in
                    JobReport(
                        family: JobFamily(job, retries: []), progress: engine.progress(of: job), warnings: [],
                        baseURL: call.baseURL
                    ).listed
                }),
            "next_cursor": token.map(JSONValue.string) ?? .null,
            "has_more": .bool(token != nil),
        ])
    }

    private func cancel(_ call: Call) async throws(Refusal) -> Answer {
        let caller = try call.requireCaller()
        try call.query.check(known: [])
        let job = try await engine.abort(JobID(try call.parameter("job")), by: caller)
        return .json(try await report(job, call))
    }

    private func records(_ call: Call) async throws(Refusal) -> Answer {
        let caller = try call.requireCaller()
        let id = JobID(try call.parameter("job"))
        let page = try RecordPageIntake(
            call.query, job: id, caller: caller, limits: call.limits, signer: signer)
        let outcomes = try await engine.outcomes(of: id, for: caller, page.request)
        let token = outcomes.next.map(page.token)
        return .json([
            "job_id": .string(id.text),
            "records": .array(outcomes.outcomes.map(RecordReport.value)),
            "next_cursor": token.map(JSONValue.string) ?? .null,
            "has_more": .bool(token != nil),
        ])
    }

    private func retry(_ call: Call) async throws(Refusal) -> Answer {
        let caller = try call.requireCaller()
        try call.query.check(known: [])
        let id = JobID(try call.parameter("job"))
        let job = try await engine.job(id, for: caller)
        // Whether anything was sent is known for sure only behind it.
        let spooled = try await engine.spool(call.body, bytesMax: call.limits.uploadBytesMax)
        let body = try await RetryBody(spooled, of: call, format: job.spec.format)
        let pending = call.reply
        let baseURL = call.baseURL
        let child = try await engine.retry(
            id, body: body.bytes, compression: body.compression, by: caller
        ) { child in pending?.stored(Self.accepted(child, baseURL: baseURL)) }
        await spooled.remove()
        return Self.accepted(child, baseURL: baseURL)
    }

    /// As for an import, so that who watches one can watch the other. It looks the same however far the job is by now.
    private static func accepted(_ job: Job, baseURL: String) -> Answer {
        let links = JobReportLinks(job.id, baseURL: baseURL)
        var members: [JSONValue.Member] = [
            .init("job_id", .string(job.id.text)), .init("status", .string("processing")),
            .init("total_rows", .integer(Int64(job.counts.read))), .init("processed", .integer(0)),
        ]
        if let parent = job.spec.parent { members.append(.init("parent", .string(parent.text))) }
        return .json(.object(members), status: 202, headers: [Header("Location", links.job)])
    }

    private func report(_ job: Job, _ call: Call) async throws(Refusal) -> JSONValue {
        let warnings = job.spec.options.isLenient ? try await engine.warnings(of: job) : []
        return JobReport(
            family: try await engine.family(of: job), progress: engine.progress(of: job),
            warnings: warnings, baseURL: call.baseURL
        ).value
    }
}
