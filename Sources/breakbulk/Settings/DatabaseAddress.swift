/// Where the database is: the `database` setting.
enum DatabaseAddress: Hashable, Sendable {
    case sqlite(path: String)
    /// What libpq takes: `postgres://user:password@host:port/name?sslmode=…`.
    case postgres(url: String)

    /// `sqlite:PATH`, `sqlite:///absolute/path`, a bare path that ends in `.db`, `.sqlite` or `.sqlite3`, or
    /// `postgres://…`; nil for anything else.
    init?(_ text: String) {
        if Self.isPostgres(text) {
            self = .postgres(url: text)
        } else if text.hasPrefix("sqlite:") {
            let rest = text.dropFirst("sqlite:".count)
            let path = rest.hasPrefix("//") ? rest.dropFirst(2) : rest
            // A database in memory would lose every job with the process.
            guard !path.isEmpty, !path.hasPrefix(":memory:") else { return nil }
            self = .sqlite(path: String(path))
        } else if !text.contains("://"), [".db", ".sqlite", ".sqlite3"].contains(where: text.hasSuffix) {
            self = .sqlite(path: text)
        } else {
            return nil
        }
    }

    /// As it is shown: a PostgreSQL address without its password and parameters, which may hold secrets.
    var shown: String {
        switch self {
        case .sqlite(let path): path
        case .postgres(let url): Self.withoutSecrets(url)
        }
    }

    /// As `--database` takes it, without secrets.
    var option: String {
        switch self {
        case .sqlite(let path): "sqlite:\(path)"
        case .postgres(let url): Self.withoutSecrets(url)
        }
    }

    private static func isPostgres(_ text: String) -> Bool {
        text.hasPrefix("postgres://") || text.hasPrefix("postgresql://")
    }

    private static func withoutSecrets(_ url: String) -> String {
        let base = url.prefix { $0 != "?" && $0 != "#" }
        guard let at = base.lastIndex(of: "@"), let scheme = base.firstRange(of: "://") else {
            return String(base)
        }
        let user = base[scheme.upperBound..<at].prefix { $0 != ":" }
        return "\(base[..<scheme.upperBound])\(user)\(base[at...])"
    }
}
