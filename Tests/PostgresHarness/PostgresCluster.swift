import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A PostgreSQL server of the tests' own: loopback, a free port, everyone trusted, in a folder under `/tmp`.
///
/// It is stopped and its folder removed when the last reference goes, and when the process ends, be it
/// killed.
package final class PostgresCluster: Sendable {
    /// Where it listens, on 127.0.0.1.
    package let port: Int
    private let folder: String
    private let programs: PostgresPrograms
    private let watchdog: Watchdog
    private let databaseCount = Mutex(0)

    /// The server that all tests of the process share, started at the first call. Don't stop it: make your
    /// own.
    package static func shared() async throws -> PostgresCluster {
        try await Blocking.call { try sharedCluster.get() }
    }

    /// A server of its own, started; `settings` are lines of `postgresql.conf` (`fsync` and all else as by
    /// default).
    ///
    /// With `tls` it has a certificate of its own making, for localhost, in `certificate`.
    package static func make(
        settings: [String: String] = [:], tls: Bool = false
    ) async throws -> PostgresCluster {
        try await Blocking.call { try PostgresCluster(settings: settings, tls: tls) }
    }

    /// Starts it on the same port and waits until it takes connections.
    package func start() async throws {
        try await Blocking.call { try self.launch() }
    }

    /// Stops it; `immediate` is a crash: no checkpoint, recovery at the next start.
    package func stop(immediate: Bool = false) async throws {
        try await Blocking.call {
            try self.control("stop", "-m", immediate ? "immediate" : "fast")
        }
    }

    /// Stops it and starts it again on the same port.
    package func restart(immediate: Bool = false) async throws {
        try await Blocking.call {
            try self.control("stop", "-m", immediate ? "immediate" : "fast")
            try self.launch()
        }
    }

    /// Makes an empty database and gives its URL; the user is a superuser.
    package func createDatabase() async throws -> String {
        let number = databaseCount.withLock { count in
            count += 1
            return count
        }
        try await execute("CREATE DATABASE test_\(number)", at: url(database: "postgres"))
        return url(database: "test_\(number)")
    }

    /// Makes a tablespace that can be filled up; it goes with the server. Not everywhere: see `SmallTablespace.refusal`.
    package func makeTablespace(_ name: String, bytesMax: Int) async throws -> SmallTablespace {
        let (space, location) = try await Blocking.call {
            try SmallTablespace.make(name, bytesMax: bytesMax, in: self.folder, self.programs)
        }
        try await execute("CREATE TABLESPACE \(name) LOCATION '\(location)'", at: url(database: "postgres"))
        return space
    }

    /// `postgres://…` of a database here.
    package func url(database: String, user: String = "postgres") -> String {
        "postgres://\(user)@127.0.0.1:\(port)/\(database)"
    }

    /// Runs statements by `psql`, one by one; throws what it says when one fails.
    package func execute(_ sql: String, at url: String) async throws {
        _ = try await psql(sql, at: url, [])
    }

    /// The rows of the statements as texts; NULL is the empty text.
    package func rows(_ sql: String, at url: String) async throws -> [[String]] {
        // Control characters, so that no value is cut.
        let text = try await psql(sql, at: url, ["-A", "-t", "-F", "\u{1F}", "-R", "\u{1E}"])
        let body = text.hasSuffix("\n") ? text.dropLast() : text[...]
        guard !body.isEmpty else { return [] }
        return body.split(separator: "\u{1E}", omittingEmptySubsequences: false).map { row in
            row.split(separator: "\u{1F}", omittingEmptySubsequences: false).map(String.init)
        }
    }

    /// The file of the certificate, for `sslrootcert`.
    package var certificate: String { "\(folder)/server.crt" }

    private var keyFile: String { "\(folder)/server.key" }

    private static let sharedCluster = Result {
        try PostgresCluster(settings: ["max_connections": "400"], tls: false)
    }

    private init(settings: [String: String], tls: Bool) throws {
        programs = try PostgresPrograms()
        var path = Array("/tmp/breakbulk-postgres-XXXXXX".utf8CString)
        guard mkdtemp(&path) != nil else {
            throw HarnessFailure(message: "mkdtemp: errno \(errno)")
        }
        folder = String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        try programs.handOver(folder)
        watchdog = try Watchdog(folder: folder, programs: programs)
        port = try Self.freePort()
        let data = ["-D", "\(folder)/data", "-U", "postgres", "-A", "trust"]
        let kind = ["-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]
        try Command(arguments: programs.call("initdb", data + kind)).check()
        var lines = ["port": "\(port)", "listen_addresses": "127.0.0.1", "unix_socket_directories": ""]
        if tls {
            try makeCertificate()
            lines.merge(["ssl": "on", "ssl_cert_file": certificate, "ssl_key_file": keyFile]) { $1 }
        }
        lines.merge(settings) { $1 }
        let text = lines.map { "\($0) = '\($1)'\n" }.joined()
        try Command(
            arguments: programs.prefix + ["tee", "-a", "\(folder)/data/postgresql.conf"], input: text
        ).check()
        try launch()
    }

    private func makeCertificate() throws {
        let kind = ["-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"]
        let files = ["-out", certificate, "-keyout", keyFile]
        try Command(arguments: programs.prefix + ["openssl", "req"] + kind + files).check()
    }

    private func launch() throws {
        try control("start", "-l", "\(folder)/log")
    }

    private func control(_ words: String...) throws {
        try Command(arguments: programs.call("pg_ctl", words + ["-s", "-w", "-D", "\(folder)/data"])).check()
    }

    private func psql(_ sql: String, at url: String, _ options: [String]) async throws -> String {
        let words = ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url] + options
        let call = programs.call("psql", words)
        return try await Blocking.call { try Command(arguments: call, input: sql).check() }
    }

    /// A port that nobody has now, below those that the system gives to outgoing connections: one of these
    /// could have it while the server is stopped.
    private static func freePort() throws -> Int {
        for _ in 0..<100 {
            let port = UInt16.random(in: 20_000..<30_000)
            let socket = socket(AF_INET, streamType, 0)
            guard socket >= 0 else { throw HarnessFailure(message: "socket: errno \(errno)") }
            defer { close(socket) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            let code = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            if code == 0 { return Int(port) }
        }
        throw HarnessFailure(message: "no free port")
    }

    #if canImport(Glibc)
        private static let streamType = Int32(SOCK_STREAM.rawValue)
    #else
        private static let streamType = SOCK_STREAM
    #endif
}
