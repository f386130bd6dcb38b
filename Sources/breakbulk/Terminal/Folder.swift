#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A folder that must be there.
enum Folder {
    /// Makes it when it is missing (not its parents).
    static func make(_ path: String) throws(CommandFailure) {
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw FileFault(path).failure }
    }
}
