/// All SQL over the job tables.
enum Statements {
    static let jobColumns = [
        "id", "tenant", "dialect", "operation", "object", "format", "compression", "query", "query_tables",
        "key_column",
        "delimiter", "empty_is", "chunk_records", "state", "read", "succeeded", "failed", "created",
        "updated",
        "unchanged", "deleted", "error_counts", "upload_bytes", "upload_digest", "upload_header",
        "upload_delimiter", "upload_cr", "next_record", "reason_code", "reason_message", "created_at",
        "closed_at", "started_at", "ended_at", "swept", "source", "options", "parent",
    ]

    static let insertJob =
        "INSERT INTO breakbulk_jobs (\(jobColumns.joined(separator: ", "))) VALUES ("
        + jobColumns.map { ":" + $0 }.joined(separator: ", ") + ")"
    static let updateJob =
        "UPDATE breakbulk_jobs SET "
        + jobColumns.dropFirst().map { "\($0) = :\($0)" }.joined(separator: ", ") + " WHERE id = :id"
    static let selectJobs = "SELECT seq, \(jobColumns.joined(separator: ", ")) FROM breakbulk_jobs"
    static let selectJob = selectJobs + " WHERE id = ?"
    /// Uploads and queries, or selections and streams; batches have ended when they come.
    static let countUnfinished =
        "SELECT count(*) FROM breakbulk_jobs WHERE tenant = ? AND (source = 'upload') = ? AND \(unfinished)"
    static let jobSequence = "SELECT seq FROM breakbulk_jobs WHERE id = ?"
    static let markSwept = "UPDATE breakbulk_jobs SET swept = 1 WHERE seq = ?"
    static let unfinished = "state IN ('open', 'uploadComplete', 'inProgress')"

    static let insertRequest =
        "INSERT INTO breakbulk_requests (job, body) SELECT seq, :body FROM breakbulk_jobs WHERE id = :id"
    static let selectRequest = """
        SELECT body FROM breakbulk_requests WHERE job = (SELECT seq FROM breakbulk_jobs WHERE id = ?)
        """
    static let deleteRequest = "DELETE FROM breakbulk_requests WHERE job = ?"

    static let deleteSegmentsFrom =
        "DELETE FROM breakbulk_segments WHERE job = ? AND source = ? AND first_record >= ?"
    static let insertSegments =
        "INSERT INTO breakbulk_segments (job, source, first_record, record_count, segments) VALUES (?, ?, ?, ?, ?)"
    static let selectSegments = """
        SELECT segments, first_record, record_count FROM breakbulk_segments
        WHERE job = ? AND source = ? AND first_record <= ? ORDER BY first_record DESC LIMIT 1
        """
    static let deleteSegments = "DELETE FROM breakbulk_segments WHERE job = ?"

    static let insertReceipt = """
        INSERT INTO breakbulk_receipts (job, first_record, record_count, actions, keys, applied_at)
        VALUES (?, ?, ?, ?, ?, ?)
        """
    static let insertError = """
        INSERT INTO breakbulk_errors (job, record, line, byte, code, issue, column_name, message)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """
    static let selectReceipts = """
        SELECT first_record, record_count, actions, keys, applied_at FROM breakbulk_receipts
        WHERE job = :job AND first_record + record_count > :record AND first_record >= coalesce(
            (SELECT max(first_record) FROM breakbulk_receipts WHERE job = :job AND first_record <= :record), 0)
        ORDER BY first_record LIMIT :limit
        """
    static let selectErrors = """
        SELECT record, line, byte, code, issue, column_name, message FROM breakbulk_errors
        WHERE job = ? AND record >= ? AND record < ? ORDER BY record
        """
    static let deleteReceipts = "DELETE FROM breakbulk_receipts WHERE job = ?"
    static let deleteErrors = "DELETE FROM breakbulk_errors WHERE job = ?"

    /// Foreign keys that refer to a table and do not give way when its records go, column by column.
    static let referringKeys = """
        SELECT t.name, k.id, k."from", k."to" FROM main.sqlite_schema AS t, pragma_foreign_key_list(t.name, 'main') AS k
        WHERE t.type = 'table' AND k."table" = ? COLLATE NOCASE
        AND k.on_delete NOT IN ('CASCADE', 'SET NULL') ORDER BY t.name, k.id, k.seq
        """

    static let insertSetting = "INSERT OR IGNORE INTO breakbulk_settings (name, value) VALUES (?, ?)"
    static let selectSetting = "SELECT value FROM breakbulk_settings WHERE name = ?"

    static let insertKey = """
        INSERT INTO breakbulk_keys
        (id, secret_hash, tenant, more_tenants, scopes, tables, created_at, expires_at, revoked_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    static let selectKeys = "SELECT * FROM breakbulk_keys"
    static let selectKey = selectKeys + " WHERE id = ?"
    static let selectKeysOldestFirst = selectKeys + " ORDER BY created_at, rowid"
    static let revokeKey = "UPDATE breakbulk_keys SET revoked_at = coalesce(revoked_at, ?) WHERE id = ?"
}
