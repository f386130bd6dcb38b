import Dispatch

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// An open file descriptor for reading, closed with its last owner.
///
/// Invariant: one reader at a time. Reads block, so they run on a queue of their own and never hold a shared
/// thread.
final class ReadableFile: Sendable {
    private static let queue = DispatchQueue(label: "breakbulk.file-reader", attributes: .concurrent)

    private let descriptor: Int32
    private let path: String

    /// `-` is standard input.
    init(path: String) throws(FileFault) {
        self.path = path
        descriptor = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileFault(path) }
    }

    deinit { close(descriptor) }

    /// Bytes of the file when it is a plain one; nil for pipes and terminals.
    var byteCount: Int? {
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(facts.st_size)
    }

    /// True for a folder, which can be opened but not read.
    var isFolder: Bool {
        var facts = stat()
        return fstat(descriptor, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
    }

    /// The next bytes, at most `count`; empty at the end.
    func read(atMost count: Int) async throws(FileFault) -> [UInt8] {
        let result = await withCheckedContinuation { continuation in
            Self.queue.async { continuation.resume(returning: self.readNow(atMost: count)) }
        }
        return try result.get()
    }

    /// The next bytes, read on this very thread: for the first few of a file.
    func readNow(atMost count: Int) -> Result<[UInt8], FileFault> {
        var failure: FileFault?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
            while done < count {
                #if canImport(Glibc)
                    let got = Glibc.read(descriptor, buffer.baseAddress.map { $0 + done }, count - done)
                #else
                    let got = Darwin.read(descriptor, buffer.baseAddress.map { $0 + done }, count - done)
                #endif
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = FileFault(path) }
                guard got > 0 else { return }
                done += got
            }
        }
        return failure.map { .failure($0) } ?? .success(bytes)
    }
}
