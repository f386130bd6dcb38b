#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Where PostgreSQL's programs are, and how they are run: by an ordinary user, for `initdb` and `postgres`
/// refuse root.
struct PostgresPrograms {
    let folder: String
    /// Words before each program's own; empty unless we are root.
    let prefix: [String]
    /// The account that runs the server; nil for our own.
    let account: String?

    /// Blocks.
    init() throws {
        folder = try Self.find()
        guard geteuid() == 0 else {
            (prefix, account) = ([], nil)
            return
        }
        let account = getpwnam("postgres") == nil ? "nobody" : "postgres"
        // The folder of the tests need not be one that the account may enter.
        let user = ["--reuid=\(account)", "--regid=\(account)", "--init-groups", "--"]
        prefix = ["env", "-C", "/", "setpriv"] + user
        self.account = account
    }

    /// The words of a call.
    func call(_ program: String, _ arguments: [String]) -> [String] {
        prefix + ["\(folder)/\(program)"] + arguments
    }

    /// Gives a file or folder to the account that runs the server.
    func handOver(_ path: String) throws {
        guard let account else { return }
        guard let entry = getpwnam(account), chown(path, entry.pointee.pw_uid, entry.pointee.pw_gid) == 0
        else {
            throw HarnessFailure(message: "chown \(path): errno \(errno)")
        }
    }

    /// The newest version that is installed where Debian puts them, else what `pg_config` names.
    private static func find() throws -> String {
        let list = try Command(arguments: ["sh", "-c", "ls -d /usr/lib/postgresql/*/bin/postgres | sort -V"])
            .run()
        if list.status == 0, let last = list.text.split(separator: "\n").last(where: { $0.hasPrefix("/") }) {
            return String(last.dropLast("/postgres".count))
        }
        let text = try Command(arguments: ["pg_config", "--bindir"]).check()
        return String(text.prefix { $0 != "\n" })
    }
}
