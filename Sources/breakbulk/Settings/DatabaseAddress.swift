/// Reads the `database` setting.
enum DatabaseAddress: Hashable, Sendable {
    case sqlite(path: String)
    case postgres
    case unknown

    /// `sqlite:PATH`, `sqlite:///absolute/path`, a bare path that ends in `.db`, `.sqlite` or `.sqlite3`, or a
    /// PostgreSQL address.
    init(_ text: String) {
        if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") {
            self = .postgres
        } else if text.hasPrefix("sqlite:") {
            let rest = text.dropFirst("sqlite:".count)
            let path = rest.hasPrefix("//") ? rest.dropFirst(2) : rest
            // A database in memory would lose every job with the process.
            self = path.isEmpty || path.hasPrefix(":memory:") ? .unknown : .sqlite(path: String(path))
        } else if !text.contains("://"), [".db", ".sqlite", ".sqlite3"].contains(where: text.hasSuffix) {
            self = .sqlite(path: text)
        } else {
            self = .unknown
        }
    }
}
