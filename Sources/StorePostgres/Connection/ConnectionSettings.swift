import BulkModel
import CLibPQ

/// Where the database is: what libpq takes (URL; `PG*` variables fill what it leaves open), and session
/// settings.
struct ConnectionSettings: Sendable {
    /// `postgres://…` as configured.
    var url: String
    /// Replace those of the URL: for the role of queries.
    var user: String?
    var password: String?
    /// The server ends a transaction in which nothing was asked for so long.
    var idleInTransactionMax = Limits().leaseIdleMax

    init(url: String, user: String? = nil, password: String? = nil) {
        self.url = url
        self.user = user
        self.password = password
    }

    /// The whole of connecting may take this long, unless the URL says `connect_timeout`.
    static let connectDurationMax = Duration.seconds(5)

    /// libpq's parameters ("Database Connection Control Functions"): a later one replaces an earlier one, so
    /// what the URL may choose stands before it, and what it may not stands behind it.
    ///
    /// A server that vanished without a word is given up on after a minute, not after hours.
    var parameters: [(keyword: String, value: String)] {
        var list = [
            ("fallback_application_name", "breakbulk"),
            ("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "3"),
            ("tcp_user_timeout", "60000"),
            ("dbname", url), ("client_encoding", "UTF8"),
        ]
        if let user { list.append(("user", user)) }
        if let password { list.append(("password", password)) }
        return list
    }

    /// What each session is told first, so that values read the same whatever the database's or the role's
    /// settings.
    ///
    /// What guards chunks and jobs counts on each statement seeing what was committed before it: read committed.
    ///
    /// The keepalives are the server's side of it: rows and locks of a node whose machine went away are free
    /// within half a minute.
    var preamble: String {
        let (seconds, attoseconds) = idleInTransactionMax.components
        let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        return """
            SET DateStyle TO ISO, MDY; SET TimeZone TO 'UTC'; SET IntervalStyle TO postgres;
            SET extra_float_digits TO 1; SET standard_conforming_strings TO on; SET bytea_output TO hex;
            SET statement_timeout TO 0; SET lock_timeout TO \(Self.lockWaitMilliseconds);
            SET default_transaction_isolation TO 'read committed';
            SET idle_in_transaction_session_timeout TO \(milliseconds);
            SET tcp_keepalives_idle TO 15; SET tcp_keepalives_interval TO 5; SET tcp_keepalives_count TO 3;
            SELECT set_config(name, '0', false) FROM pg_catalog.pg_settings WHERE name = 'transaction_timeout'
            """
    }

    /// Even reading the catalog waits for a lock on a table that somebody holds (`pg_get_expr` opens it): callers are told
    /// that the database is busy, instead of waiting with it.
    private static let lockWaitMilliseconds = 5000

    /// False when libpq cannot read the URL at all.
    var isReadable: Bool {
        guard url.contains("=") || url.contains("://") else { return true }
        guard let options = PQconninfoParse(url, nil) else { return false }
        PQconninfoFree(options)
        return true
    }
}
