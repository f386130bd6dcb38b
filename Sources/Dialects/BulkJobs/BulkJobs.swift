package import BulkModel
package import Engine
import Formats

/// The dialect of spec 002, "Bulk Operations API": asynchronous jobs with an upload and results.
package struct BulkJobs: Dialect {
    /// Whose job this is, nil when there is none: what the signature of an upload address is checked against.
    package typealias TenantLookup = @Sendable (JobID) async throws(Refusal) -> TenantID?

    let engine: BulkEngine
    let signer: any Signer
    let clock: WallClock
    let tenant: TenantLookup

    package init(engine: BulkEngine, signer: any Signer, clock: WallClock, tenantOf: @escaping TenantLookup) {
        self.engine = engine
        self.signer = signer
        self.clock = clock
        tenant = tenantOf
    }

    package var routes: [Route] {
        let job = "/v1/bulk/jobs/{job}"
        var routes = [
            Route(.post, "/v1/bulk/jobs", replies: .kept(by: engine)) { call throws(Refusal) in
                try await create(call)
            },
            Route(.get, "/v1/bulk/jobs") { call throws(Refusal) in try await list(call) },
            Route(.get, job) { call throws(Refusal) in try await show(call) },
            Route(.patch, job) { call throws(Refusal) in try await change(call) },
            Route(.get, job + "/upload-url") { call throws(Refusal) in try await uploadURL(call) },
            Route(.put, "/v1/uploads/{job}", needsCredential: false) { call throws(Refusal) in
                try await upload(call)
            },
        ]
        for part in ResultRequest.Part.allCases {
            let path = part == .all ? "/results" : "/results/\(part.rawValue)"
            routes.append(
                Route(.get, job + path) { call throws(Refusal) in try await results(call, part) })
        }
        return routes
    }

    private func create(_ call: Call) async throws(Refusal) -> Answer {
        let caller = try call.requireCaller()
        try call.query.check(known: [])
        let spec = try JobIntake.spec(try await call.json(), tenant: caller.tenant, limits: call.limits)
        let job = try await engine.create(spec, by: caller)
        let location = JobLinks(job.id, baseURL: call.baseURL).job
        return answer(job, call, status: 201, headers: [Header("Location", location)])
    }

    private func list(_ call: Call) async throws(Refusal) -> Answer {
        let caller = try call.requireCaller()
        let page = try ListPage(call.query, caller: caller, limits: call.limits, signer: signer)
        let (jobs, next) = try await engine.jobs(
            for: caller, state: page.state, limit: page.limit, after: page.cursor)
        let token = next.map { ListPage.token($0, caller: caller, state: page.state, signer: signer) }
        return .json([
            "jobs": .array(jobs.map { render($0, call).listed }),
            "next_offset": token.map(JSONValue.string) ?? .null,
            "has_more": .bool(token != nil),
        ])
    }

    private func show(_ call: Call) async throws(Refusal) -> Answer {
        let caller = try call.requireCaller()
        try call.query.check(known: ["wait"])
        let id = JobID(try call.parameter("job"))
        guard let seconds = try call.query.integer("wait", in: 0...call.limits.waitSecondsMax), seconds > 0
        else {
            return answer(try await engine.job(id, for: caller), call)
        }
        return answer(try await engine.wait(for: id, by: caller, atMost: .seconds(seconds)), call)
    }

    private func change(_ call: Call) async throws(Refusal) -> Answer {
        let caller = try call.requireCaller()
        try call.query.check(known: [])
        let id = JobID(try call.parameter("job"))
        let state = try JobIntake.state(try await call.json())
        let job =
            state == .aborted
            ? try await engine.abort(id, by: caller) : try await engine.close(id, by: caller)
        return answer(job, call)
    }

    private func uploadURL(_ call: Call) async throws(Refusal) -> Answer {
        let caller = try call.requireCaller()
        try call.query.check(known: [])
        let job = try await engine.checkUploadable(JobID(try call.parameter("job")), for: caller)
        let url = UploadURL(for: job, now: clock.now(), limits: call.limits, signer: signer)
        return .json([
            "job_id": .string(job.id.text),
            "upload_url": .string(call.baseURL + url.signed(tenant: job.spec.tenant, by: signer)),
            "method": "PUT",
            "expires_at": .string(url.expiresAt.rfc3339),
            "max_bytes": .integer(Int64(url.bytesMax)),
        ])
    }

    private func upload(_ call: Call) async throws(Refusal) -> Answer {
        let id = JobID(try call.parameter("job"))
        let url = try UploadURL(job: id, query: call.query)
        try url.check(
            signature: call.query["sig"], tenant: try await tenant(id), now: clock.now(), by: signer)
        try UploadMediaType.check(call.headers["content-type"], signed: url.mediaType)
        let compression = try UploadMediaType.compression(call.headers["content-encoding"])
        if let length = call.contentLength, length > url.bytesMax {
            throw Refusal(
                .payloadTooLarge, issue: "max_bytes",
                "The upload has \(length) bytes, this address takes \(url.bytesMax); split it into several jobs."
            )
        }
        let job = try await engine.receive(
            call.body, into: id, compression: compression, bytesMax: url.bytesMax)
        return answer(job, call)
    }

    private func results(_ call: Call, _ part: ResultRequest.Part) async throws(Refusal) -> Answer {
        let caller = try call.requireCaller()
        let id = JobID(try call.parameter("job"))
        let intake = ResultIntake(job: id, part: part, signer: signer)
        let request = try intake.request(call.query, accept: call.headers["accept"])
        let job = try await engine.job(id, for: caller)
        let result = try await engine.results(of: id, for: caller, request)
        return ResultAnswer.make(
            result, job: job, part: part, locator: result.nextRecord.map(intake.locator),
            acceptEncoding: call.headers["accept-encoding"])
    }

    private func render(_ job: Job, _ call: Call) -> JobAnswer {
        JobAnswer(job: job, progress: engine.progress(of: job), baseURL: call.baseURL)
    }

    private func answer(_ job: Job, _ call: Call, status: Int = 200, headers: [Header] = []) -> Answer {
        let rendered = render(job, call)
        var lines = headers
        if let seconds = rendered.retryAfterSeconds(now: clock.now()) {
            lines.append(Header("Retry-After", String(seconds)))
        }
        return .json(rendered.value, status: status, headers: lines)
    }
}
