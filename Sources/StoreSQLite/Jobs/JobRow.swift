import BulkModel
import Engine
import GRDB

/// A job as a row of `breakbulk_jobs`, both ways.
enum JobRow {
    static func arguments(_ job: Job) -> StatementArguments {
        let parts = [specification(job.spec), counts(job), upload(job.upload), times(job)]
        return StatementArguments(parts.reduce(into: [:]) { $0.merge($1) { first, _ in first } })
    }

    static func job(_ row: Row) throws -> Job {
        var job = Job(
            id: JobID(row["id"]), spec: try specification(row), state: try known(row["state"]),
            createdAt: Timestamp(microseconds: row["created_at"]))
        job.counts.read = row["read"]
        job.counts.succeeded = row["succeeded"]
        job.counts.failed = row["failed"]
        job.counts.created = row["created"]
        job.counts.updated = row["updated"]
        job.counts.unchanged = row["unchanged"]
        job.counts.deleted = row["deleted"]
        job.errorCounts = try errorCounts(row["error_counts"])
        job.upload = try upload(row)
        job.nextRecord = row["next_record"]
        if let code = row["reason_code"] as String? {
            job.reason = Job.Reason(code: try known(code), message: row["reason_message"])
        }
        job.closedAt = time(row["closed_at"])
        job.startedAt = time(row["started_at"])
        job.endedAt = time(row["ended_at"])
        job.isSwept = row["swept"]
        return job
    }

    /// A raw value that this version knows; anything else means the row is damaged or newer.
    static func known<Value: RawRepresentable>(_ text: String) throws -> Value
    where Value.RawValue == String {
        guard let value = Value(rawValue: text) else {
            throw StoreError(
                .unusable, "a job or key row holds a value that this version does not know: \(text)")
        }
        return value
    }

    static func time(_ microseconds: Int64?) -> Timestamp? { microseconds.map(Timestamp.init(microseconds:)) }

    private typealias Values = [String: (any DatabaseValueConvertible)?]

    private static func counts(_ job: Job) -> Values {
        [
            "id": job.id.text, "state": job.state.rawValue, "read": job.counts.read,
            "succeeded": job.counts.succeeded, "failed": job.counts.failed, "created": job.counts.created,
            "updated": job.counts.updated, "unchanged": job.counts.unchanged, "deleted": job.counts.deleted,
            "error_counts": text(of: job.errorCounts), "next_record": job.nextRecord,
            "reason_code": job.reason?.code.rawValue, "reason_message": job.reason?.message,
            "swept": job.isSwept,
        ]
    }

    private static func upload(_ upload: Upload?) -> Values {
        [
            "upload_bytes": upload?.byteCount, "upload_digest": upload?.digest,
            "upload_header": upload.map { DatabaseBlob.texts($0.header) },
            "upload_delimiter": upload.map { Int($0.delimiter) }, "upload_cr": upload?.endsLinesWithCR,
        ]
    }

    private static func times(_ job: Job) -> Values {
        [
            "created_at": job.createdAt.microseconds, "closed_at": job.closedAt?.microseconds,
            "started_at": job.startedAt?.microseconds, "ended_at": job.endedAt?.microseconds,
        ]
    }

    private static func specification(_ spec: JobSpec) -> Values {
        [
            "tenant": spec.tenant.text, "dialect": spec.dialect, "operation": spec.operation.rawValue,
            "object": spec.table, "format": spec.format.rawValue, "compression": spec.compression.rawValue,
            "query": spec.query, "query_tables": DatabaseBlob.texts(spec.queryTables), "key_column": spec.key,
            "delimiter": spec.delimiter.map { Int($0) },
            "empty_is": spec.emptyIs.rawValue, "chunk_records": spec.chunkRecords,
            "source": spec.source.rawValue, "parent": spec.parent?.text,
            "options": DatabaseBlob.value(JobOptionsCodec.bytes(spec.options)),
        ]
    }

    private static func specification(_ row: Row) throws -> JobSpec {
        var spec = JobSpec(
            tenant: TenantID(row["tenant"]), dialect: row["dialect"], operation: try known(row["operation"]),
            table: row["object"], format: try known(row["format"]),
            compression: try known(row["compression"]), query: row["query"], key: row["key_column"],
            delimiter: (row["delimiter"] as Int?).map(UInt8.init(truncatingIfNeeded:)),
            emptyIs: try known(row["empty_is"]), chunkRecords: row["chunk_records"])
        spec.source = try known(row["source"])
        spec.parent = (row["parent"] as String?).map(JobID.init)
        spec.options = try JobOptionsCodec.options(DatabaseBlob.bytes(row, "options"))
        spec.queryTables = try DatabaseBlob.texts(DatabaseBlob.bytes(row, "query_tables"))
        return spec
    }

    private static func upload(_ row: Row) throws -> Upload? {
        guard let byteCount = row["upload_bytes"] as Int? else { return nil }
        return Upload(
            byteCount: byteCount, digest: row["upload_digest"],
            header: try DatabaseBlob.texts(DatabaseBlob.bytes(row, "upload_header")),
            delimiter: UInt8(truncatingIfNeeded: row["upload_delimiter"] as Int),
            endsLinesWithCR: row["upload_cr"])
    }

    /// `CODE=12,CODE=3`, in the order of the codes.
    private static func text(of counts: [ErrorCode: Int]) -> String {
        counts.map { "\($0.key.rawValue)=\($0.value)" }.sorted().joined(separator: ",")
    }

    private static func errorCounts(_ text: String) throws -> [ErrorCode: Int] {
        var counts: [ErrorCode: Int] = [:]
        for entry in text.split(separator: ",") {
            let parts = entry.split(separator: "=")
            guard parts.count == 2, let count = Int(parts[1]) else { throw ByteDecoder.damaged }
            counts[try known(String(parts[0]))] = count
        }
        return counts
    }
}
