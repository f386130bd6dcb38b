#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The file of `--errors`: lines of failed records, as the server sent them.
///
/// It is opened once the operation has begun: what is refused leaves it as it was, and it may be the file of `--ids`.
/// Lines are written when a cursor behind them is known and dropped when there will be none: what lies behind the last
/// cursor is told again to who resumes, and would stand here twice.
final class ErrorLog {
    /// Failed records.
    struct Count: Hashable, Sendable {
        var records = 0
        /// Of these, those that may succeed as they are.
        var retryable = 0
    }

    let path: String
    /// What this run has written.
    private(set) var written = Count()
    private let goesOn: Bool
    private var descriptor: Int32 = -1
    private var pending: [UInt8] = []
    private var pendingCount = Count()

    /// Touches nothing yet, but refuses a place that cannot be written.
    init(path: String, goesOn: Bool) throws(CommandFailure) {
        let place = FileProbe.exists(path) ? path : FileProbe.folder(of: path)
        guard FileProbe.isWritable(place) else { throw FileFault(path).failure }
        self.path = path
        self.goesOn = goesOn
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Begins the file anew, unless it is to go on.
    func begin() throws(CommandFailure) {
        guard descriptor < 0 else { return }
        descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (goesOn ? O_APPEND : O_TRUNC), 0o644)
        guard descriptor >= 0 else { throw FileFault(path).failure }
    }

    /// A line without its end.
    func add(_ line: ArraySlice<UInt8>, isRetryable: Bool) {
        pending += line
        pending.append(UInt8(ascii: "\n"))
        pendingCount.records += 1
        if isRetryable { pendingCount.retryable += 1 }
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
        written.records += pendingCount.records
        written.retryable += pendingCount.retryable
        drop()
    }

    /// Forgets what was added and not written.
    func drop() {
        pending.removeAll(keepingCapacity: true)
        pendingCount = Count()
    }
}
