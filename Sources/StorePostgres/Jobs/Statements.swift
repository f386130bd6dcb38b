/// All SQL over the job tables, schema `breakbulk`.
enum Statements {
    /// What a job keeps for ever, in the order of `JobRow`.
    static let specColumns = [
        "id", "tenant", "dialect", "operation", "object", "format", "compression", "query", "query_tables",
        "key_column", "delimiter", "empty_is", "chunk_records", "source", "options", "parent",
        "created_at",
    ]

    /// What changes while it lives, in the order of `JobRow`.
    static let stateColumns = [
        "state", "read", "succeeded", "failed", "created", "updated", "unchanged", "deleted", "error_counts",
        "upload_bytes", "upload_digest", "upload_header", "upload_delimiter", "upload_cr", "next_record",
        "reason_code", "reason_message", "closed_at", "started_at", "ended_at", "swept",
    ]

    private static let jobColumns = (specColumns + stateColumns).joined(separator: ", ")
    /// `inProgress` and before.
    private static let unfinished = "state IN ('open', 'uploadComplete', 'inProgress')"
    private static let runnable =
        "state IN ('uploadComplete', 'inProgress') AND operation <> 'query' AND source = 'upload'"

    /// Parameters: `JobRow.parameters`. The first chunk is cut where the job goes on.
    static let insertJob =
        "INSERT INTO breakbulk.jobs (\(jobColumns), cut_record) VALUES ("
        + numbered(from: 1, specColumns.count + stateColumns.count)
        + ", $\(specColumns.count + 1 + (stateColumns.firstIndex(of: "next_record") ?? 0)))"
    /// Parameters: the id, then `JobRow.stateParameters`.
    static let updateJob =
        "UPDATE breakbulk.jobs SET (\(stateColumns.joined(separator: ", "))) = ROW ("
        + numbered(from: 2, stateColumns.count) + ") WHERE id = $1"
    /// Columns as `JobRow.job` reads them, then `cut_record`.
    static let selectJobs = "SELECT \(jobColumns), cut_record FROM breakbulk.jobs"
    static let selectJob = selectJobs + " WHERE id = $1"
    /// The row is the caller's until its transaction ends.
    static let lockJob = selectJob + " FOR UPDATE"
    /// Parameters: tenant, whether those with an upload (and queries) count, or the others.
    static let countUnfinished = """
        SELECT count(*) FROM breakbulk.jobs WHERE tenant = $1 AND \(unfinished) AND (source = 'upload') = $2
        """
    static let insertRequest = "INSERT INTO breakbulk.requests (job, body) VALUES ($1, $2)"
    static let selectRequest = "SELECT body FROM breakbulk.requests WHERE job = $1"
    static let deleteRequest = "DELETE FROM breakbulk.requests WHERE job = $1"
    static let markSwept = "UPDATE breakbulk.jobs SET swept = true WHERE id = $1"

    /// Round by round: each tenant's next job, the tenant first that waits the longest, then each tenant's
    /// second.
    static let selectTurns = """
        SELECT \(jobColumns), cut_record FROM (
            SELECT jobs.*, coalesce(tenants.turn, 0) AS tenant_turn, row_number() OVER (
                PARTITION BY tenant ORDER BY jobs.turn, created_at, id) AS round
            FROM breakbulk.jobs LEFT JOIN breakbulk.tenants USING (tenant) WHERE \(runnable)) AS runnable
        ORDER BY round, tenant_turn, turn, created_at, id LIMIT $1
        """
    static let selectCutPlace = """
        SELECT cut_record, (SELECT count(*) FROM breakbulk.chunks WHERE job = jobs.id)
        FROM breakbulk.jobs WHERE id = $1
        """
    static let countChunks = "SELECT count(*) FROM breakbulk.chunks WHERE job = $1"
    /// Parameters: job, first record, record count. Whoever calls it holds the job's row.
    static let cutChunk = """
        WITH chunk AS (
            INSERT INTO breakbulk.chunks (job, first_record, record_count) VALUES ($1, $2, $3) RETURNING job),
        job AS (
            UPDATE breakbulk.jobs SET cut_record = $2 + $3, turn = nextval('breakbulk.turns')
            WHERE id IN (SELECT job FROM chunk) RETURNING tenant, turn)
        \(noteTurn)
        """
    /// Parameter: job. Nothing when there is none.
    static let passTurn = """
        WITH job AS (
            UPDATE breakbulk.jobs SET turn = nextval('breakbulk.turns') WHERE id = $1 RETURNING tenant, turn)
        \(noteTurn)
        """
    /// The tenant had the turn that its `job` had.
    private static let noteTurn = """
        INSERT INTO breakbulk.tenants AS tenants (tenant, turn) SELECT tenant, turn FROM job
        ON CONFLICT (tenant) DO UPDATE SET turn = greatest(tenants.turn, EXCLUDED.turn)
        """
    /// Parameters: job, the record after the chunk: for chunks that nobody cut before.
    static let moveCut = "UPDATE breakbulk.jobs SET cut_record = $2 WHERE id = $1"
    /// Gives first record and record count of the first free chunk; the row's lock is the lease.
    static let leaseChunk = """
        SELECT first_record, record_count FROM breakbulk.chunks WHERE job = $1
        ORDER BY first_record LIMIT 1 FOR UPDATE SKIP LOCKED
        """
    /// Parameters: job, first record. Waits until nobody works on a chunk before that record, and gives those that are left:
    /// a chunk that was committed meanwhile is gone.
    static let awaitChunksBefore = """
        SELECT first_record FROM breakbulk.chunks WHERE job = $1 AND first_record < $2
        ORDER BY first_record FOR KEY SHARE
        """
    static let deleteChunk = "DELETE FROM breakbulk.chunks WHERE job = $1 AND first_record = $2"
    /// The job's first record that is in no committed chunk; whoever calls it holds the job's row.
    static let selectCheckpoint = """
        SELECT coalesce((SELECT min(first_record) FROM breakbulk.chunks WHERE job = $1), cut_record)
        FROM breakbulk.jobs WHERE id = $1
        """
    /// Without waiting: a chunk that is leased still is left, for a lease's holder may want the job's row.
    static let deleteChunks = """
        DELETE FROM breakbulk.chunks WHERE job = $1 AND first_record IN (
            SELECT first_record FROM breakbulk.chunks WHERE job = $1 FOR UPDATE SKIP LOCKED)
        """

    static let deleteSegmentsFrom =
        "DELETE FROM breakbulk.segments WHERE job = $1 AND source = $2 AND first_record >= $3"
    static let insertSegments = """
        INSERT INTO breakbulk.segments (job, source, first_record, record_count, segments)
        VALUES ($1, $2, $3, $4, $5)
        """
    static let selectSegments = """
        SELECT segments, first_record, record_count FROM breakbulk.segments
        WHERE job = $1 AND source = $2 AND first_record <= $3 ORDER BY first_record DESC LIMIT 1
        """
    static let deleteSegments = "DELETE FROM breakbulk.segments WHERE job = $1"

    /// Parameters: job, first record, record count, actions and keys as `ReceiptCodec` writes them, time.
    static let insertReceipt = """
        INSERT INTO breakbulk.receipts (job, first_record, record_count, actions, keys, applied_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        """
    /// Parameters: job, then an array a column: record, line, byte, code, issue, column, message; an empty
    /// issue or column means none.
    static let insertErrors = """
        INSERT INTO breakbulk.errors (job, record, line, byte, code, issue, column_name, message)
        SELECT $1, record, line, byte, code, nullif(issue, ''), nullif(column_name, ''), message
        FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[])
            AS error (record, line, byte, code, issue, column_name, message)
        """
    /// Parameters: job, record, limit.
    static let selectReceipts = """
        SELECT first_record, record_count, actions, keys, applied_at FROM breakbulk.receipts
        WHERE job = $1 AND first_record + record_count > $2 AND first_record >= coalesce(
            (SELECT max(first_record) FROM breakbulk.receipts WHERE job = $1 AND first_record <= $2), 0)
        ORDER BY first_record LIMIT $3
        """
    /// Parameters: job, first record, record after the last.
    static let selectErrors = """
        SELECT record, line, byte, code, issue, column_name, message FROM breakbulk.errors
        WHERE job = $1 AND record >= $2 AND record < $3 ORDER BY record
        """
    static let sumReceipts =
        "SELECT coalesce(sum(record_count), 0) FROM breakbulk.receipts WHERE job = $1"
    static let deleteReceipts = "DELETE FROM breakbulk.receipts WHERE job = $1"
    static let deleteErrors = "DELETE FROM breakbulk.errors WHERE job = $1"

    static let insertSetting =
        "INSERT INTO breakbulk.settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING"
    static let selectSetting = "SELECT value FROM breakbulk.settings WHERE name = $1"

    static let insertKey = """
        INSERT INTO breakbulk.keys
        (id, secret_hash, tenant, more_tenants, scopes, tables, created_at, expires_at, revoked_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """
    private static let selectKeys = """
        SELECT id, secret_hash, tenant, more_tenants, scopes, tables, created_at, expires_at, revoked_at
        FROM breakbulk.keys
        """
    static let selectKey = selectKeys + " WHERE id = $1"
    static let selectKeysOldestFirst = selectKeys + " ORDER BY created_at, number"
    static let revokeKey = "UPDATE breakbulk.keys SET revoked_at = coalesce(revoked_at, $2) WHERE id = $1"

    static let createSchema = "CREATE SCHEMA breakbulk"
    static let createVersions = """
        CREATE TABLE IF NOT EXISTS breakbulk.versions (
            number bigint PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())
        """
    static let selectVersion = "SELECT coalesce(max(number), 0) FROM breakbulk.versions"
    static let insertVersion = "INSERT INTO breakbulk.versions (number) VALUES ($1)"
    static let hasSchema = "SELECT to_regnamespace('breakbulk') IS NOT NULL"
    static let hasVersions = "SELECT to_regclass('breakbulk.versions') IS NOT NULL"

    /// Wakes the other nodes once the transaction commits.
    static let notify = "SELECT pg_notify('breakbulk', $1)"
    /// One at a time makes or changes the job tables.
    static let lockMigrations = "SELECT pg_advisory_xact_lock(\(LockSpace.migrations), 0)"
    /// One at a time adds a job of this tenant; tenants that share a hash wait for each other, which does no
    /// harm.
    static let lockTenant = "SELECT pg_advisory_xact_lock(\(LockSpace.tenants), hashtext($1))"

    /// One at a time adds events of this tenant, until its transaction ends.
    static let lockEvents = "SELECT pg_advisory_xact_lock(\(LockSpace.events), hashtext($1))"

    /// First numbers of advisory locks of two, which never meet the nodes' own of one ("Advisory Locks",
    /// 13.3.5): a byte and "bke", "bkm" or "bkt", so that nobody else's meet ours.
    private enum LockSpace {
        static let events = 0x0162_6B65
        static let migrations = 0x0162_6B6D
        static let tenants = 0x0162_6B74
    }

    /// `$3, $4, $5`.
    private static func numbered(from first: Int, _ count: Int) -> String {
        (first..<first + count).map { "$\($0)" }.joined(separator: ", ")
    }
}
