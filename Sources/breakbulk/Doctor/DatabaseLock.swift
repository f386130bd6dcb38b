#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Whether a server has a database, told by the lock file it holds beside it.
enum DatabaseLock {
    static func isHeld(for path: String) -> Bool {
        let descriptor = open("\(resolved(path))-breakbulk.lock", O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        // Closing gives the lock back at once, when we got it.
        defer { close(descriptor) }
        return flock(descriptor, LOCK_EX | LOCK_NB) != 0
    }

    /// The lock lies beside the file itself, not beside a symbolic link to it.
    private static func resolved(_ path: String) -> String {
        guard let found = realpath(path, nil) else { return path }
        defer { free(found) }
        return String(cString: found)
    }
}
