/// Why a file operation failed.
struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
    enum Operation: String, Sendable {
        case open, read, write, synchronize, rename, makeFolder, remove, list
    }

    let operation: Operation
    /// The system's error number; 0 when a file was shorter than it must be.
    let number: Int32

    var description: String { "\(operation.rawValue): error \(number)" }

    /// True when somebody must make room first.
    var isFull: Bool { LocalFile.isFull(number) }

    /// True when there is no such file.
    var isMissing: Bool { LocalFile.isMissing(number) }
}
