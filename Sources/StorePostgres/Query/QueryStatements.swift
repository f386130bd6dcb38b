/// SQL of the sandbox, all but the callers' own.
enum QueryStatements {
    /// The view of the caller's statement, and one that tells whether the guard still sees. No table of a user has such
    /// a name.
    static func queryView(_ schema: String) -> String { "\(schema).\"breakbulk query\"" }

    private static func probeView(_ schema: String) -> String { "\(schema).\"breakbulk probe\"" }

    /// What the next sandbox is called, its password, until when that is good, whether the user may make roles, and
    /// schemas, and who the user is.
    ///
    /// Roles are of the whole server and schemas of a database, so the name tells the database (by its oid).
    static let facts = """
        SELECT 'breakbulk_q' || d.oid || '_' || left(replace(gen_random_uuid()::text, '-', ''), 24),
            replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), (now() + '1 minute')::text,
            (SELECT rolsuper OR rolcreaterole FROM pg_catalog.pg_roles WHERE rolname = current_user),
            has_database_privilege(d.oid, 'CREATE'), quote_ident(current_user), quote_ident(d.datname)
        FROM pg_catalog.pg_database AS d WHERE d.datname = current_database()
        """

    /// Sandboxes of this database whose password is not good any more and whose session is gone: nobody can be in one, or
    /// get in.
    static let abandoned = """
        SELECT r.rolname FROM pg_catalog.pg_roles AS r JOIN pg_catalog.pg_database AS d
            ON starts_with(r.rolname, 'breakbulk_q' || d.oid || '_')
        WHERE d.datname = current_database() AND r.rolvaliduntil < now()
            AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity AS a WHERE a.usename = r.rolname)
        """

    /// Names are made of small letters, digits and `_`: they need no quotes.
    static func createRole(_ name: String, verifier: String, validUntil: String) -> String {
        """
        CREATE ROLE \(name) LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION CONNECTION LIMIT 1
        PASSWORD \(QuerySQL.literal(verifier)) VALID UNTIL \(QuerySQL.literal(validUntil))
        """
    }

    static func grant(_ name: String) -> String {
        "GRANT USAGE, CREATE ON SCHEMA \(name) TO \(name); GRANT SELECT ON ALL TABLES IN SCHEMA \(name) TO \(name)"
    }

    /// A barrier: no condition of a caller that could tell of other tenants' rows is tried before ours.
    static func createView(_ view: String, of table: String, where condition: String?) -> String {
        guard let condition else { return "CREATE VIEW \(view) AS SELECT * FROM \(table)" }
        return "CREATE VIEW \(view) WITH (security_barrier) AS SELECT * FROM \(table) WHERE \(condition)"
    }

    static let waitForLocks = "SET lock_timeout TO 5000"

    static func drop(_ name: String) -> String {
        "DROP SCHEMA IF EXISTS \(name) CASCADE; DROP ROLE IF EXISTS \(name)"
    }

    /// What the session of a sandbox is told first. The server's own types and functions are found first, whatever the
    /// user's tables are called; its tables' names begin with `pg_`.
    static func enter(_ name: String, milliseconds: Int) -> String {
        """
        SET search_path TO pg_catalog, \(name); SET statement_timeout TO \(milliseconds); \(waitForLocks);
        SET row_security TO on
        """
    }

    /// The statement becomes a view, as the last thing of the text: what is not one SELECT is none here either, and the
    /// text is never read a second time.
    static func createQuery(_ sql: String, columns: [String], in schema: String) -> String {
        let names = columns.map(QuerySQL.identifier).joined(separator: ", ")
        return "CREATE VIEW \(queryView(schema)) (\(names)) WITH (security_barrier) AS \(sql)"
    }

    static func createProbe(in schema: String) -> String {
        """
        CREATE VIEW \(probeView(schema)) AS SELECT pg_catalog.pg_backend_pid() FROM pg_catalog.pg_class
        WHERE pg_catalog.quote_ident(relname) = ''
        """
    }

    /// What the two views use that no query may: whether it is the caller's view, the kind of the thing, its name.
    ///
    /// Read off the rules as the server keeps them, every call, table and type resolved. A name or text in them cannot look
    /// like a mark: blanks inside get a backslash, texts are numbers.
    static func forbidden(in schema: String) -> String {
        """
        WITH \(marks(in: schema))
        SELECT ev_class = '\(queryView(schema))'::regclass, 'function', p.proname
        FROM mark LEFT JOIN pg_catalog.pg_proc AS p USING (oid)
        WHERE kind ~ '(funcid|fnoid)$' AND NOT coalesce(\(isAllowed), false)
        UNION ALL
        SELECT ev_class = '\(queryView(schema))'::regclass, 'table', n.nspname || '.' || c.relname
        FROM mark LEFT JOIN pg_catalog.pg_class AS c USING (oid)
        LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE kind = 'relid' AND coalesce(n.nspname, '') <> '\(schema)'
        UNION ALL
        SELECT ev_class = '\(queryView(schema))'::regclass, 'type', t.typname
        FROM mark JOIN pg_catalog.pg_type AS t USING (oid)
        JOIN pg_catalog.pg_type AS p ON p.oid IN (t.oid, t.typelem, t.typbasetype)
        WHERE kind ~ 'typ' AND (\(isTellingType(in: schema)))
        ORDER BY 2, 3
        """
    }

    /// Functions, tables and types that the rules name. Types only where a text brings them in: those of columns and of what
    /// is made of columns are the tables' own. `pg_typeof` (oid 1619) may give its regtype.
    private static func marks(in schema: String) -> String {
        """
        tree AS (
            SELECT ev_class, replace(ev_action::text, ':funcid 1619 :funcresulttype 2206', ':funcid 1619') AS text
            FROM pg_catalog.pg_rewrite
            WHERE ev_class IN ('\(queryView(schema))'::regclass, '\(probeView(schema))'::regclass)),
        mark AS (
            SELECT ev_class, m[1] AS kind, m[2]::oid AS oid
            FROM tree, regexp_matches(text,
                ':([a-z]*(?:funcid|fnoid|resulttype)|relid|consttype|row_typeid|typid) ([0-9]+)', 'g') AS m
            WHERE m[2] <> '0'
            UNION SELECT ev_class, 'coltype', t::oid
            FROM tree, regexp_matches(text, ':(funccoltypes|coltypes) [(]o ([0-9 ]+)[)]', 'g') AS m,
                regexp_split_to_table(m[2], ' ') AS t
            WHERE m[1] = 'funccoltypes' OR position('{TABLEFUNC ' IN text) > 0)
        """
    }

    /// Types that read the catalog, whoever asks: the row types of tables tell their columns (types of `CREATE TYPE` are of
    /// no table), regclass and its like turn
    /// numbers into names, cstring is what the input functions of both take. The names of a text search's own are no secret
    /// where the caller wrote them (`to_tsvector('english', …)`).
    private static func isTellingType(in schema: String) -> String {
        """
        p.typtype = 'c' AND p.typnamespace <> '\(schema)'::regnamespace AND kind !~ '^(func|op)'
            AND EXISTS (SELECT FROM pg_catalog.pg_class AS c WHERE c.oid = p.typrelid AND c.relkind <> 'c')
        OR p.oid < 16384 AND (p.typname = 'cstring' OR starts_with(p.typname, 'reg')
            AND NOT (kind = 'consttype' AND p.typname IN ('regconfig', 'regdictionary')))
        """
    }

    /// Functions of the server's own that only look at their arguments or the clock. User's functions and those of
    /// extensions may read anything, as their owner, or run SQL that nobody has looked at.
    private static let isAllowed = """
        (p.oid < 16384 AND p.pronamespace = 'pg_catalog'::regnamespace AND NOT p.prosecdef AND (
            p.proname IN ('random', 'clock_timestamp', 'timeofday', 'gen_random_uuid', 'pg_typeof', 'pg_column_size',
                'pg_size_pretty', 'pg_size_bytes', 'pg_collation_for', 'pg_input_is_valid')
            OR p.provolatile <> 'v' AND p.proname !~ ('^(pg_|lo_|has_|binary_upgrade|to_reg|format_type|txid_|row_security|'
                || 'current_setting|inet_(client|server)|(database|schema|table|query|cursor)_to_xml|'
                || '(col|obj|shobj)_description|ts_stat|acl|icu_|dsnowball)')))
        """

    /// Columns of a table or view in order: name, type, its length (-1 for what has none), its modifier.
    static let columns = """
        SELECT a.attname, t.typname, a.attlen, a.atttypmod
        FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
        WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
        """

    static func beginReading(milliseconds: Int) -> String {
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout TO \(milliseconds)"
    }
}
