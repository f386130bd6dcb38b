#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The file of `--errors`: lines of failed records, as the server sent them.
///
/// They are written when the cursor behind them is known: what comes after it is told again to who resumes, and would
/// stand there twice.
final class ErrorLog {
    let path: String
    private let descriptor: Int32
    private var pending: [UInt8] = []

    /// Begins the file anew, unless it is to go on.
    init(path: String, goesOn: Bool) throws(CommandFailure) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (goesOn ? O_APPEND : O_TRUNC), 0o644)
        guard descriptor >= 0 else { throw FileFault(path).failure }
    }

    deinit { close(descriptor) }

    /// A line without its end.
    func add(_ line: ArraySlice<UInt8>) {
        pending += line
        pending.append(UInt8(ascii: "\n"))
    }

    /// Writes what was added.
    func flush() throws(CommandFailure) {
        var done = 0
        while done < pending.count {
            let count = pending.withUnsafeBytes {
                write(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FileFault(path).failure }
            done += count
        }
        pending.removeAll(keepingCapacity: true)
    }
}
