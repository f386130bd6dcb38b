#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Where `breakbulk process` keeps the last cursor it was told, so that a run that was cut goes on.
struct CursorFile: Sendable {
    let path: String

    /// In the working folder, one a table.
    init(table: String) { path = ".breakbulk-process-\(PathSegment.encode(table)).cursor" }

    /// Nil when there is none.
    func read() -> String? { SecretFile(path: path).read() }

    /// Replaces what is there, in one step: a crash leaves the old or the new one.
    func save(_ cursor: String) throws(CommandFailure) {
        let file = try OutputFile(path: path)
        do {
            try file.append(Array("\(cursor)\n".utf8))
        } catch {
            throw error.failure
        }
        try file.finish()
    }

    func remove() { unlink(path) }
}
