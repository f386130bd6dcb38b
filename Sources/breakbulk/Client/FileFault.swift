#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Why a file named on the command line cannot be used.
struct FileFault: Error, Hashable, Sendable {
    let path: String
    /// The system's error number.
    let number: Int32

    /// With the number that the failed call just left behind.
    init(_ path: String) {
        self.path = path
        number = errno
    }

    var message: String { "\(path): \(String(cString: strerror(number)))" }

    var failure: CommandFailure { CommandFailure(.usage, message) }
}
