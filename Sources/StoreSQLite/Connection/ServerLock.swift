import Engine

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The exclusive right to serve one database file: a lock on a file beside it.
///
/// The operating system holds it (`flock`), so a killed server leaves none behind. A lock on the database
/// file itself is no choice: closing any descriptor of that file would drop SQLite's own locks.
final class ServerLock: Sendable {
    private let descriptor: CInt

    /// Throws `unusable` when another process has it; `path` is the database file, however it is spelled.
    init(of path: String) throws(StoreError) {
        let lockPath = Self.canonical(path) + "-breakbulk.lock"
        descriptor = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StoreError(
                .unusable, "cannot create the lock file \(lockPath): \(String(cString: strerror(errno)))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            // `deinit` runs even now, since all properties are set: closing here too would hit a stranger's file.
            let owner = Self.owner(descriptor)
            throw StoreError(
                .unusable,
                "another Breakbulk server\(owner) serves the database \(path) (lock file \(lockPath)); "
                    + "stop it first, or give this one a database file of its own")
        }
        note()
    }

    deinit { close(descriptor) }

    /// Leaves the process id in the file, for the message of the next one that tries.
    private func note() {
        let text = Array("\(getpid())".utf8)
        ftruncate(descriptor, 0)
        _ = text.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }

    private static func owner(_ descriptor: CInt) -> String {
        var buffer = [UInt8](repeating: 0, count: 20)
        let count = buffer.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        let digits = buffer.prefix(max(0, count)).filter { (0x30...0x39).contains($0) }
        return digits.isEmpty ? "" : " (process \(String(decoding: digits, as: UTF8.self)))"
    }

    /// Two spellings of one file (relative, symbolic link) must meet at one lock.
    private static func canonical(_ path: String) -> String {
        if let whole = resolved(path) { return whole }
        let cut = path.lastIndex(of: "/")
        let folder = cut.map { String(path[..<$0]) } ?? "."
        let name = cut.map { String(path[path.index(after: $0)...]) } ?? path
        return (resolved(folder.isEmpty ? "/" : folder) ?? folder) + "/" + name
    }

    private static func resolved(_ path: String) -> String? {
        guard let found = realpath(path, nil) else { return nil }
        defer { free(found) }
        return String(cString: found)
    }
}
