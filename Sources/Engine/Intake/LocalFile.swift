#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// An open file: blocking system calls and raw buffers, kept in this one boundary.
///
/// Invariant: `descriptor` is open from init to deinit, and buffers are only lent to a call for its duration.
/// All calls block, so they are made on a `QueueExecutor`.
final class LocalFile {
    private let descriptor: Int32

    /// Opens for reading.
    init(reading path: String) throws(FileError) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(operation: .open, number: errno) }
    }

    /// Makes the file, empty when it was there.
    init(creating path: String) throws(FileError) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError(operation: .open, number: errno) }
    }

    /// Makes the file, which must not be there, to be written and then read.
    init(spooling path: String) throws(FileError) {
        descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError(operation: .open, number: errno) }
    }

    deinit { close(descriptor) }

    /// Appends all bytes.
    func append(_ bytes: [UInt8]) throws(FileError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                write(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FileError(operation: .write, number: count < 0 ? errno : ENOSPC) }
            done += count
        }
    }

    /// Reads exactly `count` bytes at `offset`; fewer is an error with number 0.
    func read(at offset: Int, count: Int) throws(FileError) -> [UInt8] {
        var failure: FileError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
            while done < count {
                let got = pread(descriptor, buffer.baseAddress.map { $0 + done }, count - done, offset + done)
                if got < 0, errno == EINTR { continue }
                guard got > 0 else {
                    failure = FileError(operation: .read, number: got < 0 ? errno : 0)
                    return
                }
                done += got
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Bytes in the file now.
    func byteCount() throws(FileError) -> Int {
        let end = lseek(descriptor, 0, SEEK_END)
        guard end >= 0 else { throw FileError(operation: .read, number: errno) }
        return Int(end)
    }

    /// Returns once the bytes are on the disk.
    func synchronize() throws(FileError) {
        guard fsync(descriptor) == 0 else { throw FileError(operation: .synchronize, number: errno) }
    }

    static func isFull(_ number: Int32) -> Bool { number == ENOSPC || number == EDQUOT || number == EFBIG }

    /// Too many open files, or no memory: passes by itself.
    static func isPassing(_ number: Int32) -> Bool {
        number == EMFILE || number == ENFILE || number == ENOMEM
    }

    static func isMissing(_ number: Int32) -> Bool { number == ENOENT }
}
