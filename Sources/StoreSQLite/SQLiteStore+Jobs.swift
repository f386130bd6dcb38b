package import BulkModel
package import Engine
import GRDB

extension SQLiteStore {
    package func insert(_ job: Job, request: [UInt8]?, activeMax: Int) async throws(StoreError) {
        try await write { db in
            let isUpload = job.spec.source == .upload
            let active = try db.number(Statements.countUnfinished, [job.spec.tenant.text, isUpload])
            guard active ?? 0 < activeMax else {
                throw StoreError(
                    .tooManyJobs,
                    "tenant has \(active ?? 0) unfinished \(isUpload ? "jobs" : "streams"), the limit is \(activeMax)"
                )
            }
            try JobTable.save(job, replacing: nil, db)
            guard let request else { return }
            try db.run(
                Statements.insertRequest, ["id": job.id.text, "body": DatabaseBlob.value(request)])
        }
    }

    package func request(of id: JobID) async throws(StoreError) -> [UInt8]? {
        try await read { db in
            try db.row(Statements.selectRequest, [id.text])
                .map { DatabaseBlob.bytes($0, "body") }
        }
    }

    package func job(_ id: JobID) async throws(StoreError) -> Job? {
        try await read { db in try Self.stored(id, db)?.job }
    }

    package func jobs(_ filter: JobFilter) async throws(StoreError) -> [Job] {
        try await read { db in
            let (condition, arguments) = Self.condition(of: filter)
            let sql =
                Statements.selectJobs
                + " WHERE \(condition) ORDER BY created_at DESC, id DESC LIMIT ?"
            return try db.rows(sql, arguments + [filter.limit]).map(JobRow.job)
        }
    }

    package func change(
        _ id: JobID, _ change: @escaping @Sendable (inout Job) -> Refusal?
    ) async throws(StoreError) -> Result<Job, Refusal> {
        try await write { db in try Self.changed(id, db, by: change) }
    }

    /// The job as `change` leaves it, written in the open transaction; nothing is when `change` refuses.
    static func changed(
        _ id: JobID, _ db: Database, by change: (inout Job) -> Refusal?
    ) throws -> Result<Job, Refusal> {
        guard let before = try stored(id, db)?.job else { throw notFound(id) }
        var job = before
        if let refusal = change(&job) { return .failure(refusal) }
        try JobTable.save(job, replacing: before, db)
        return .success(job)
    }

    package func sweep(_ id: JobID) async throws(StoreError) {
        try await write { db in
            guard let (sequence, job) = try Self.stored(id, db) else { throw Self.notFound(id) }
            guard job.state.isTerminal else {
                throw StoreError(.jobMoved, "job \(id) has not ended, so it is not swept")
            }
            let deletions = [
                Statements.deleteSegments, Statements.deleteReceipts, Statements.deleteErrors,
                Statements.deleteRequest,
            ]
            for sql in deletions {
                try db.run(sql, [sequence])
            }
            try db.run(Statements.markSwept, [sequence])
        }
    }

    /// The job and the number its other rows carry.
    static func stored(_ id: JobID, _ db: Database) throws -> (sequence: Int64, job: Job)? {
        guard let row = try db.row(Statements.selectJob, [id.text]) else {
            return nil
        }
        return (row["seq"], try JobRow.job(row))
    }

    static func sequence(of id: JobID, _ db: Database) throws -> Int64 {
        guard let sequence = try db.number(Statements.jobSequence, [id.text]) else { throw notFound(id) }
        return sequence
    }

    static func notFound(_ id: JobID) -> StoreError { StoreError(.jobNotFound, "there is no job \(id)") }

    private static func condition(of filter: JobFilter) -> (sql: String, arguments: StatementArguments) {
        var parts = ["1"]
        var arguments = StatementArguments()
        func restrict(_ sql: String, _ values: StatementArguments = []) {
            parts.append(sql)
            arguments += values
        }
        // The plus keeps the tenant's index out of the way: a tenant has many jobs, a job few children.
        let tenantSQL = filter.parent == nil ? "tenant = ?" : "+tenant = ?"
        if let tenant = filter.tenant { restrict(tenantSQL, [tenant.text]) }
        if let states = filter.states {
            restrict("state IN (" + states.map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ") + ")")
        }
        if let parent = filter.parent { restrict("parent = ?", [parent.text]) }
        if let cursor = filter.before {
            restrict("(created_at, id) < (?, ?)", [cursor.createdAt.microseconds, cursor.id.text])
        }
        if let time = filter.endedBefore { restrict("ended_at < ?", [time.microseconds]) }
        if let time = filter.createdBefore { restrict("created_at < ?", [time.microseconds]) }
        if filter.excludesSwept { restrict("swept = 0") }
        return (parts.joined(separator: " AND "), arguments)
    }
}
