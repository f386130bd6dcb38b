import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file that appears under its name only when it is whole.
final class OutputFile: Sendable {
    private let path: String
    private let descriptor: Int32
    private let written = Mutex(0)

    private var partPath: String { path + ".part" }

    /// Makes `path.part`.
    init(path: String) throws(CommandFailure) {
        self.path = path
        descriptor = open(path + ".part", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileFault(path).failure }
    }

    deinit { close(descriptor) }

    var byteCount: Int { written.withLock { $0 } }

    /// Appends all bytes.
    func append(_ bytes: [UInt8]) throws(FileFault) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                write(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FileFault(path) }
            done += count
        }
        written.withLock { $0 += bytes.count }
    }

    /// Gives the file its name.
    func finish() throws(CommandFailure) {
        guard rename(partPath, path) == 0 else { throw FileFault(path).failure }
    }

    /// Removes what was written so far.
    func discard() { unlink(partPath) }
}
