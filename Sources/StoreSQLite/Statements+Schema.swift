/// The job tables' versions, one statement each.
extension Statements {
    /// The tables of the first version, one statement each.
    static let schemaVersion1 = [
        """
        CREATE TABLE breakbulk_jobs (
            seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, tenant TEXT NOT NULL, dialect TEXT NOT NULL,
            operation TEXT NOT NULL, object TEXT NOT NULL, format TEXT NOT NULL, compression TEXT NOT NULL,
            query TEXT, query_tables BLOB NOT NULL, key_column TEXT, delimiter INTEGER, empty_is TEXT NOT NULL, chunk_records INTEGER,
            state TEXT NOT NULL, read INTEGER NOT NULL, succeeded INTEGER NOT NULL, failed INTEGER NOT NULL,
            created INTEGER NOT NULL, updated INTEGER NOT NULL, unchanged INTEGER NOT NULL,
            deleted INTEGER NOT NULL, error_counts TEXT NOT NULL, upload_bytes INTEGER, upload_digest TEXT,
            upload_header BLOB, upload_delimiter INTEGER, upload_cr INTEGER, next_record INTEGER NOT NULL,
            reason_code TEXT, reason_message TEXT, created_at INTEGER NOT NULL, closed_at INTEGER,
            started_at INTEGER, ended_at INTEGER, swept INTEGER NOT NULL)
        """,
        "CREATE INDEX breakbulk_jobs_list ON breakbulk_jobs (created_at, id)",
        "CREATE INDEX breakbulk_jobs_tenant ON breakbulk_jobs (tenant, created_at, id)",
        "CREATE INDEX breakbulk_jobs_unfinished ON breakbulk_jobs (tenant) WHERE \(unfinished)",
        """
        CREATE TABLE breakbulk_segments (
            job INTEGER NOT NULL, source TEXT NOT NULL, first_record INTEGER NOT NULL,
            record_count INTEGER NOT NULL, segments BLOB NOT NULL, PRIMARY KEY (job, source, first_record))
        """,
        """
        CREATE TABLE breakbulk_receipts (
            job INTEGER NOT NULL, first_record INTEGER NOT NULL, record_count INTEGER NOT NULL,
            actions BLOB NOT NULL, keys BLOB NOT NULL, PRIMARY KEY (job, first_record))
        """,
        """
        CREATE TABLE breakbulk_errors (
            job INTEGER NOT NULL, record INTEGER NOT NULL, line INTEGER NOT NULL, byte INTEGER NOT NULL,
            code TEXT NOT NULL, issue TEXT, column_name TEXT, message TEXT NOT NULL,
            PRIMARY KEY (job, record)) WITHOUT ROWID
        """,
        "CREATE TABLE breakbulk_settings (name TEXT PRIMARY KEY NOT NULL, value BLOB NOT NULL)",
        """
        CREATE TABLE breakbulk_keys (
            id TEXT PRIMARY KEY NOT NULL, secret_hash BLOB NOT NULL, tenant TEXT NOT NULL,
            more_tenants BLOB NOT NULL, scopes TEXT NOT NULL, tables BLOB, created_at INTEGER NOT NULL,
            expires_at INTEGER, revoked_at INTEGER)
        """,
    ]

    /// What the second version adds: where records come from, requests of streams, and when chunks were applied.
    static let schemaVersion2 = [
        "ALTER TABLE breakbulk_jobs ADD COLUMN source TEXT NOT NULL DEFAULT 'upload'",
        "CREATE TABLE breakbulk_requests (job INTEGER PRIMARY KEY, body BLOB NOT NULL)",
        "ALTER TABLE breakbulk_receipts ADD COLUMN applied_at INTEGER",
    ]

    /// What the third version adds: what else was asked of jobs, jobs that try others' records again, events and their
    /// deliveries, and answers kept for idempotency keys.
    static let schemaVersion3 = [
        "ALTER TABLE breakbulk_jobs ADD COLUMN options BLOB NOT NULL DEFAULT x''",
        "ALTER TABLE breakbulk_jobs ADD COLUMN parent TEXT",
        """
        CREATE INDEX breakbulk_jobs_parent ON breakbulk_jobs (parent, created_at, id)
        WHERE parent IS NOT NULL
        """,
        // AUTOINCREMENT: a place is never given twice, even when the last event was swept. With one writer at a time places
        // are also committed in their order.
        """
        CREATE TABLE breakbulk_events (
            place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, tenant TEXT NOT NULL, job TEXT NOT NULL,
            type TEXT NOT NULL, body BLOB NOT NULL, created_at INTEGER NOT NULL, target BLOB)
        """,
        "CREATE INDEX breakbulk_events_feed ON breakbulk_events (tenant, place)",
        "CREATE INDEX breakbulk_events_age ON breakbulk_events (created_at)",
        """
        CREATE TABLE breakbulk_deliveries (
            id INTEGER PRIMARY KEY AUTOINCREMENT, event INTEGER NOT NULL, tenant TEXT NOT NULL, job TEXT NOT NULL,
            state TEXT NOT NULL, attempts INTEGER NOT NULL, next_at INTEGER NOT NULL, tried_at INTEGER,
            status INTEGER, error TEXT, answer BLOB, duration INTEGER)
        """,
        "CREATE INDEX breakbulk_deliveries_due ON breakbulk_deliveries (next_at) WHERE state = 'waiting'",
        "CREATE INDEX breakbulk_deliveries_list ON breakbulk_deliveries (tenant, id)",
        "CREATE INDEX breakbulk_deliveries_event ON breakbulk_deliveries (event)",
        """
        CREATE TABLE breakbulk_replies (
            tenant TEXT NOT NULL, digest TEXT NOT NULL, fingerprint TEXT NOT NULL, status INTEGER NOT NULL,
            headers BLOB NOT NULL, body BLOB NOT NULL, created_at INTEGER NOT NULL, PRIMARY KEY (tenant, digest))
        """,
        "CREATE INDEX breakbulk_replies_age ON breakbulk_replies (created_at)",
    ]
}
