import BulkModel

/// A file that holds a body while something else must be known first; it has no name, so that nothing is left of it
/// whatever becomes of the process.
actor SpoolFile {
    nonisolated let executor = QueueExecutor(label: "breakbulk.spool")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let folder: UploadFolder
    private var file: LocalFile?
    private(set) var byteCount = 0

    init(folder: UploadFolder) { self.folder = folder }

    /// Makes the file.
    func begin(token: UInt64) throws(FileError) {
        try folder.makeRoot()
        let path = folder.spool(token: token)
        file = try LocalFile(spooling: path)
        try folder.removeFile(path)
    }

    func append(_ bytes: [UInt8]) throws(FileError) {
        try file?.append(bytes)
        byteCount += bytes.count
    }

    /// The next bytes from `offset` on, at most `count`; empty at the end.
    func read(at offset: Int, count: Int) throws(FileError) -> [UInt8] {
        guard let file else { throw FileError(operation: .read, number: 0) }
        return try file.read(at: offset, count: min(count, byteCount - offset))
    }

    /// Gives its bytes back to the disk; it cannot be read afterwards.
    func remove() { file = nil }
}
