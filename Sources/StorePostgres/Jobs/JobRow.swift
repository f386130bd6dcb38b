import BulkModel
import Engine

/// A job as a row of `breakbulk.jobs`, both ways; columns in the order of `Statements`.
enum JobRow {
    /// For `Statements.insertJob`.
    static func parameters(_ job: Job) -> [Parameter] { specParameters(job) + stateParameters(job) }

    /// For `Statements.updateJob`, behind the id.
    static func stateParameters(_ job: Job) -> [Parameter] {
        let counts = job.counts
        return [
            .text(job.state.rawValue), .integer(counts.read), .integer(counts.succeeded),
            .integer(counts.failed),
            .integer(counts.created), .integer(counts.updated), .integer(counts.unchanged),
            .integer(counts.deleted), .text(text(of: job.errorCounts)), .optional(job.upload?.byteCount),
            .optional(job.upload?.digest), job.upload.map { .list($0.header) } ?? .null,
            .optional(job.upload.map { Int($0.delimiter) }),
            job.upload.map { .flag($0.endsLinesWithCR) } ?? .null,
            .integer(job.nextRecord), .optional(job.reason?.code.rawValue), .optional(job.reason?.message),
            .optional(job.closedAt), .optional(job.startedAt), .optional(job.endedAt), .flag(job.isSwept),
        ]
    }

    /// The job in a row of `Statements.selectJob` and its like; throws `unusable` when a value is unknown.
    static func job(_ rows: Rows, _ row: Int) throws(StoreError) -> Job {
        var reader = RowReader(rows, row)
        let id = JobID(reader.text())
        let (spec, createdAt) = try specification(&reader)
        var job = Job(id: id, spec: spec, state: try reader.known(), createdAt: createdAt)
        job.counts = counts(&reader)
        job.errorCounts = try errorCounts(reader.text())
        job.upload = try upload(&reader)
        job.nextRecord = reader.integer()
        job.reason = try reason(&reader)
        job.closedAt = reader.optionalTime()
        job.startedAt = reader.optionalTime()
        job.endedAt = reader.optionalTime()
        job.isSwept = reader.flag()
        return job
    }

    /// Number of the first record that is in no chunk, from the same row.
    static func cutRecord(_ rows: Rows, _ row: Int) -> Int {
        rows.integer(row, Statements.specColumns.count + Statements.stateColumns.count) ?? 1
    }

    private static func specParameters(_ job: Job) -> [Parameter] {
        let spec = job.spec
        return [
            .storable(job.id.text), .storable(spec.tenant.text), .storable(spec.dialect),
            .text(spec.operation.rawValue), .storable(spec.table), .text(spec.format.rawValue),
            .text(spec.compression.rawValue), .optional(spec.query), .list(spec.queryTables),
            .optional(spec.key), .optional(spec.delimiter.map { Int($0) }), .text(spec.emptyIs.rawValue),
            .optional(spec.chunkRecords), .text(spec.source.rawValue),
            .bytes(JobOptionsCodec.bytes(spec.options)), .optional(spec.parent?.text), .time(job.createdAt),
        ]
    }

    private static func specification(
        _ reader: inout RowReader
    ) throws(StoreError) -> (JobSpec, createdAt: Timestamp) {
        var spec = JobSpec(
            tenant: TenantID(reader.text()), dialect: reader.text(), operation: try reader.known(),
            table: reader.text(), format: try reader.known(), compression: try reader.known())
        spec.query = reader.optionalText()
        spec.queryTables = try reader.list()
        spec.key = reader.optionalText()
        spec.delimiter = reader.optionalInteger().map(UInt8.init(truncatingIfNeeded:))
        spec.emptyIs = try reader.known()
        spec.chunkRecords = reader.optionalInteger()
        spec.source = try reader.known()
        spec.options = try JobOptionsCodec.options(reader.bytes())
        spec.parent = reader.optionalText().map(JobID.init)
        return (spec, reader.time())
    }

    private static func counts(_ reader: inout RowReader) -> JobCounts {
        var counts = JobCounts()
        counts.read = reader.integer()
        counts.succeeded = reader.integer()
        counts.failed = reader.integer()
        counts.created = reader.integer()
        counts.updated = reader.integer()
        counts.unchanged = reader.integer()
        counts.deleted = reader.integer()
        return counts
    }

    private static func upload(_ reader: inout RowReader) throws(StoreError) -> Upload? {
        guard let byteCount = reader.optionalInteger() else {
            reader.skip(4)
            return nil
        }
        return Upload(
            byteCount: byteCount, digest: reader.text(), header: try reader.list(),
            delimiter: UInt8(truncatingIfNeeded: reader.integer()), endsLinesWithCR: reader.flag())
    }

    private static func reason(_ reader: inout RowReader) throws(StoreError) -> Job.Reason? {
        guard let code: ErrorCode = try reader.optionalKnown() else {
            reader.skip(1)
            return nil
        }
        return Job.Reason(code: code, message: reader.text())
    }

    /// `CODE=12,CODE=3`, in the order of the codes.
    private static func text(of counts: [ErrorCode: Int]) -> String {
        counts.map { "\($0.key.rawValue)=\($0.value)" }.sorted().joined(separator: ",")
    }

    private static func errorCounts(_ text: String) throws(StoreError) -> [ErrorCode: Int] {
        var counts: [ErrorCode: Int] = [:]
        for entry in text.split(separator: ",") {
            let parts = entry.split(separator: "=")
            guard parts.count == 2, let count = Int(parts[1]) else { throw ByteDecoder.damaged }
            counts[try RowReader.known(String(parts[0]))] = count
        }
        return counts
    }
}
