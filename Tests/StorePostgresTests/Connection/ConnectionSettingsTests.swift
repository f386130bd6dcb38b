import BulkModel
import Engine
import PostgresHarness
import Testing

@testable import StorePostgres

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite("Connecting", .serialized)
struct ConnectionSettingsTests {
    static let hostileSettings = """
        DO $$ DECLARE s text; BEGIN
            FOREACH s IN ARRAY ARRAY['DateStyle = German', 'TimeZone = "Asia/Tokyo"', 'bytea_output = escape',
                'IntervalStyle = iso_8601', 'extra_float_digits = -3', 'statement_timeout = 5',
                'standard_conforming_strings = off', 'client_encoding = LATIN1',
                'idle_in_transaction_session_timeout = 0', 'search_path = mine, public'] LOOP
                EXECUTE format('ALTER DATABASE %I SET %s', current_database(), s);
            END LOOP;
        END $$;
        """

    static let values = [
        ("SELECT timestamptz '2026-01-02 03:04:05+00'", "2026-01-02 03:04:05+00"),
        ("SELECT interval '1 day 2 hours'", "1 day 02:00:00"), ("SELECT '\\x00ff'::bytea", "\\x00ff"),
        ("SELECT 0.1::float8 + 0.2", "0.30000000000000004"), ("SELECT 'a\\b'", "a\\b"), ("SELECT 'ż'", "ż"),
        ("SHOW statement_timeout", "0"), ("SHOW idle_in_transaction_session_timeout", "1min"),
        ("SHOW search_path", "mine, public"), ("SHOW application_name", "breakbulk"),
    ]

    @Test("makes the same session whatever the database is set to")
    func session() async throws {
        let database = try await TestDatabase()
        try await database.cluster.execute(Self.hostileSettings, at: database.url)
        try await database.pool.with { session in
            for (sql, text) in Self.values {
                let rows = try session.execute(sql)
                #expect(rows.text(0, 0) == text, "\(sql)")
            }
        }
    }

    @Test("takes the URL's own words, and the user of the settings before the URL's")
    func parameters() async throws {
        let database = try await TestDatabase()
        let role = "someone_\(UInt32.random(in: 0...(.max)))"
        try await database.cluster.execute("CREATE ROLE \(role) LOGIN", at: database.url)
        var settings = ConnectionSettings(url: database.url + "?application_name=mine", user: role)
        settings.idleInTransactionMax = .milliseconds(1500)
        let pool = ConnectionPool(settings: settings, connectionsMax: 1)
        try await pool.with { session in
            let rows = try session.execute(
                """
                SELECT current_user, current_setting('application_name'),
                    current_setting('idle_in_transaction_session_timeout')
                """)
            #expect((0..<3).map { rows.text(0, $0) } == [role, "mine", "1500ms"])
        }
    }

    @Test("does not do without TLS when the URL wants it")
    func security() async throws {
        let database = try await TestDatabase()
        let settings = ConnectionSettings(url: database.url + "?sslmode=require")
        let pool = ConnectionPool(settings: settings, connectionsMax: 1)
        let error = await #expect(throws: StoreError.self) { try await pool.with { try $0.run("SELECT 1") } }
        #expect(error?.message.contains("SSL") == true)
    }

    @Test("speaks TLS, and looks at the certificate when told to")
    func certificate() async throws {
        let cluster = try await PostgresCluster.make(tls: true)
        let url = cluster.url(database: "postgres") + "?sslrootcert=\(cluster.certificate)&sslmode="
        let pool = ConnectionPool(settings: ConnectionSettings(url: url + "verify-ca"), connectionsMax: 1)
        let isSecure = try await pool.with { session in
            try session.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").flag(0, 0)
        }
        #expect(isSecure)
        // The certificate is for localhost, the URL says 127.0.0.1.
        let strict = ConnectionPool(settings: ConnectionSettings(url: url + "verify-full"), connectionsMax: 1)
        await #expect(throws: StoreError.self) { try await strict.with { try $0.run("SELECT 1") } }
        let node = NodeSession(settings: ConnectionSettings(url: url + "verify-ca"))
        try await NodeSessionTests.listening(to: node) { signals in
            for number in 0..<20 {
                let topic = JobSignals.Topic.ended(JobID("\(number)"))
                try await pool.with { session in
                    try session.execute(
                        "SELECT pg_notify($1, $2)", [.text(NodeSession.channel), .text(topic.payload)])
                }
                #expect(await signals.next() == topic)
            }
        }
    }

    @Test("gives up on a server that takes the connection and says nothing")
    func silence() async throws {
        let listener = try #require(SilentListener())
        let url = "postgres://127.0.0.1:\(listener.port)/x?connect_timeout=1"
        let pool = ConnectionPool(settings: ConnectionSettings(url: url), connectionsMax: 1)
        let error = await #expect(throws: StoreError.self) { try await pool.with { try $0.run("SELECT 1") } }
        #expect(error?.code == .busy)
        withExtendedLifetime(listener) {}
    }
}
