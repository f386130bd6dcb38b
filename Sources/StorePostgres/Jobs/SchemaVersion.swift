/// A version of the job tables: the statements that lead there from the one before. Never changed once
/// released.
struct SchemaVersion: Sendable {
    /// From 1, without gaps.
    let number: Int
    /// Run one by one, in one transaction.
    let statements: [String]

    /// All versions, oldest first.
    static let all = [
        SchemaVersion(number: 1, statements: version1), SchemaVersion(number: 2, statements: version2),
        SchemaVersion(number: 3, statements: version3),
    ]

    /// Jobs leave room in their pages, since each chunk changes their row; none of its indexes has a column
    /// that changes then, so that the change touches no index ("Heap-Only Tuples", 73.7).
    private static let version1 = [
        "CREATE SEQUENCE breakbulk.turns",
        """
        CREATE TABLE breakbulk.jobs (
            id text COLLATE "C" PRIMARY KEY, tenant text NOT NULL, dialect text NOT NULL,
            operation text NOT NULL, object text NOT NULL, format text NOT NULL, compression text NOT NULL,
            query text, query_tables bytea NOT NULL, key_column text, delimiter bigint,
            empty_is text NOT NULL, chunk_records bigint, created_at bigint NOT NULL,
            state text NOT NULL, read bigint NOT NULL, succeeded bigint NOT NULL, failed bigint NOT NULL,
            created bigint NOT NULL, updated bigint NOT NULL, unchanged bigint NOT NULL,
            deleted bigint NOT NULL, error_counts text NOT NULL, upload_bytes bigint, upload_digest text,
            upload_header bytea, upload_delimiter bigint, upload_cr boolean, next_record bigint NOT NULL,
            reason_code text, reason_message text, closed_at bigint, started_at bigint, ended_at bigint,
            swept boolean NOT NULL, cut_record bigint NOT NULL DEFAULT 1, turn bigint NOT NULL DEFAULT 0)
        WITH (fillfactor = 50)
        """,
        "CREATE INDEX jobs_list ON breakbulk.jobs (created_at, id)",
        "CREATE INDEX jobs_tenant ON breakbulk.jobs (tenant, created_at, id)",
        """
        CREATE INDEX jobs_unfinished ON breakbulk.jobs (tenant)
        WHERE state IN ('open', 'uploadComplete', 'inProgress')
        """,
        "CREATE INDEX jobs_unswept ON breakbulk.jobs (ended_at) WHERE NOT swept",
        """
        CREATE TABLE breakbulk.tenants (tenant text PRIMARY KEY, turn bigint NOT NULL)
        WITH (fillfactor = 50)
        """,
        """
        CREATE TABLE breakbulk.chunks (
            job text COLLATE "C" NOT NULL, first_record bigint NOT NULL, record_count bigint NOT NULL,
            PRIMARY KEY (job, first_record))
        """,
        """
        CREATE TABLE breakbulk.segments (
            job text COLLATE "C" NOT NULL, source text NOT NULL, first_record bigint NOT NULL,
            record_count bigint NOT NULL, segments bytea NOT NULL, PRIMARY KEY (job, source, first_record))
        """,
        """
        CREATE TABLE breakbulk.receipts (
            job text COLLATE "C" NOT NULL, first_record bigint NOT NULL, record_count bigint NOT NULL,
            actions bytea NOT NULL, keys bytea NOT NULL, PRIMARY KEY (job, first_record))
        """,
        """
        CREATE TABLE breakbulk.errors (
            job text COLLATE "C" NOT NULL, record bigint NOT NULL, line bigint NOT NULL, byte bigint NOT NULL,
            code text NOT NULL, issue text, column_name text, message text NOT NULL,
            PRIMARY KEY (job, record))
        """,
        "CREATE TABLE breakbulk.settings (name text PRIMARY KEY, value bytea NOT NULL)",
        "CREATE SEQUENCE breakbulk.key_numbers",
        """
        CREATE TABLE breakbulk.keys (
            id text PRIMARY KEY, secret_hash bytea NOT NULL, tenant text NOT NULL,
            more_tenants bytea NOT NULL, scopes text NOT NULL, tables bytea, created_at bigint NOT NULL,
            expires_at bigint, revoked_at bigint,
            number bigint NOT NULL DEFAULT nextval('breakbulk.key_numbers'))
        """,
    ]

    /// Jobs whose records are in no upload, and what was asked for when they began.
    private static let version2 = [
        "ALTER TABLE breakbulk.jobs ADD COLUMN source text NOT NULL DEFAULT 'upload'",
        "ALTER TABLE breakbulk.receipts ADD COLUMN applied_at bigint",
        """
        CREATE TABLE breakbulk.requests (job text COLLATE "C" PRIMARY KEY, body bytea NOT NULL)
        """,
    ]

    /// What else was asked for with a job, what is told of its end, and kept answers.
    private static let version3 = [
        "ALTER TABLE breakbulk.jobs ADD COLUMN options bytea NOT NULL DEFAULT ''",
        "ALTER TABLE breakbulk.jobs ADD COLUMN parent text COLLATE \"C\"",
        "CREATE INDEX jobs_parent ON breakbulk.jobs (parent) WHERE parent IS NOT NULL",
        "CREATE SEQUENCE breakbulk.event_places",
        """
        CREATE TABLE breakbulk.events (
            place bigint PRIMARY KEY DEFAULT nextval('breakbulk.event_places'), id text NOT NULL,
            tenant text NOT NULL, job text COLLATE "C" NOT NULL, type text NOT NULL, body bytea NOT NULL,
            created_at bigint NOT NULL, target bytea NOT NULL)
        """,
        "CREATE INDEX events_tenant ON breakbulk.events (tenant, place)",
        "CREATE INDEX events_age ON breakbulk.events (created_at)",
        "CREATE SEQUENCE breakbulk.delivery_ids",
        """
        CREATE TABLE breakbulk.deliveries (
            id bigint PRIMARY KEY DEFAULT nextval('breakbulk.delivery_ids'), event bigint NOT NULL,
            tenant text NOT NULL, job text COLLATE "C" NOT NULL, state text NOT NULL,
            attempts bigint NOT NULL, next_at bigint NOT NULL, last_at bigint, last_status bigint,
            last_error text, last_answer bytea, last_nanoseconds bigint)
        """,
        "CREATE INDEX deliveries_due ON breakbulk.deliveries (next_at) WHERE state = 'waiting'",
        "CREATE INDEX deliveries_tenant ON breakbulk.deliveries (tenant, id)",
        "CREATE INDEX deliveries_event ON breakbulk.deliveries (event)",
        """
        CREATE TABLE breakbulk.replies (
            tenant text NOT NULL, digest text NOT NULL, fingerprint text NOT NULL, status bigint NOT NULL,
            headers bytea NOT NULL, body bytea NOT NULL, created_at bigint NOT NULL,
            PRIMARY KEY (tenant, digest))
        """,
        "CREATE INDEX replies_age ON breakbulk.replies (created_at)",
    ]
}
