package import BulkModel
package import Engine

extension PostgresStore {
    package func insert(
        _ job: Job, request: [UInt8]?, activeMax: Int
    ) async throws(StoreError) {
        try await transaction { session in
            // Counting is no guard by itself: two nodes could both count before either adds.
            try session.execute(Statements.lockTenant, [.storable(job.spec.tenant.text)])
            let counted = try session.execute(
                Statements.countUnfinished,
                [.storable(job.spec.tenant.text), .flag(job.spec.source == .upload)])
            let active = counted.integer(0, 0) ?? 0
            guard active < activeMax else {
                throw StoreError(
                    .tooManyJobs, "tenant has \(active) unfinished jobs, the limit is \(activeMax)")
            }
            try JobWriter.write(job, since: nil, session)
            if let request {
                try session.execute(Statements.insertRequest, [.storable(job.id.text), .bytes(request)])
            }
        }
    }

    package func request(of id: JobID) async throws(StoreError) -> [UInt8]? {
        try await pool.with { session in
            let rows = try session.execute(Statements.selectRequest, [.storable(id.text)])
            return rows.count > 0 ? rows.bytes(0, 0) : nil
        }
    }

    package func job(_ id: JobID) async throws(StoreError) -> Job? {
        try await pool.look { session in
            try Self.jobs(session.execute(Statements.selectJob, [.storable(id.text)])).first
        }
    }

    package func jobs(_ filter: JobFilter) async throws(StoreError) -> [Job] {
        try await pool.look { session in
            let (condition, parameters) = Self.condition(of: filter)
            let sql =
                Statements.selectJobs
                + " WHERE \(condition) ORDER BY created_at DESC, id DESC LIMIT $\(parameters.count)"
            return try Self.jobs(session.execute(sql, parameters))
        }
    }

    package func change(
        _ id: JobID, _ change: @escaping @Sendable (inout Job) -> Refusal?
    ) async throws(StoreError) -> Result<Job, Refusal> {
        try await transaction { try Self.change(id, $0, change) }
    }

    /// What `change` does within its transaction.
    static func change(
        _ id: JobID, _ session: Session, _ change: (inout Job) -> Refusal?
    ) throws -> Result<Job, Refusal> {
        let before = try locked(id, session).job
        var job = before
        if let refusal = change(&job) { return .failure(refusal) }
        try JobWriter.write(job, since: before, session)
        return .success(job)
    }

    package func sweep(_ id: JobID) async throws(StoreError) {
        try await transaction { session in
            guard try Self.locked(id, session).job.state.isTerminal else {
                throw StoreError(.jobMoved, "job \(id) has not ended, so it is not swept")
            }
            let statements = [
                Statements.deleteSegments, Statements.deleteReceipts, Statements.deleteErrors,
                Statements.deleteChunks, Statements.deleteRequest, Statements.markSwept,
            ]
            for sql in statements { try session.execute(sql, [.storable(id.text)]) }
        }
    }

    /// Runs the body in one transaction of a connection for short calls; committed when this returns.
    func transaction<Value: Sendable>(
        _ body: @escaping @Sendable (Session) throws -> Value
    ) async throws(StoreError) -> Value {
        try await pool.with { session in try session.transaction { try body(session) } }
    }

    /// The job, its row locked until the transaction ends, and where it is to be cut next.
    static func locked(_ id: JobID, _ session: Session) throws -> (job: Job, cutRecord: Int) {
        let rows = try session.execute(Statements.lockJob, [.storable(id.text)])
        guard rows.count > 0 else { throw notFound(id) }
        return (try JobRow.job(rows, 0), JobRow.cutRecord(rows, 0))
    }

    static func notFound(_ id: JobID) -> StoreError { StoreError(.jobNotFound, "there is no job \(id)") }

    static func jobs(_ rows: Rows) throws(StoreError) -> [Job] {
        var jobs: [Job] = []
        for row in 0..<rows.count { jobs.append(try JobRow.job(rows, row)) }
        return jobs
    }

    /// The last parameter is the limit.
    private static func condition(of filter: JobFilter) -> (sql: String, parameters: [Parameter]) {
        var parts = ["true"]
        var parameters: [Parameter] = []
        func bound(_ parameter: Parameter) -> String {
            parameters.append(parameter)
            return "$\(parameters.count)"
        }
        if let tenant = filter.tenant { parts.append("tenant = \(bound(.storable(tenant.text)))") }
        // Spelled out, so that the planner sees that an index over unfinished jobs will do.
        if let states = filter.states {
            let words = states.map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ")
            parts.append(states.isEmpty ? "false" : "state IN (\(words))")
        }
        if let parent = filter.parent { parts.append("parent = \(bound(.storable(parent.text)))") }
        if let cursor = filter.before {
            let time = bound(.time(cursor.createdAt))
            parts.append("(created_at, id) < (\(time), \(bound(.storable(cursor.id.text))))")
        }
        if let time = filter.endedBefore { parts.append("ended_at < \(bound(.time(time)))") }
        if let time = filter.createdBefore { parts.append("created_at < \(bound(.time(time)))") }
        if filter.excludesSwept { parts.append("NOT swept") }
        return (parts.joined(separator: " AND "), parameters + [.integer(filter.limit)])
    }
}
