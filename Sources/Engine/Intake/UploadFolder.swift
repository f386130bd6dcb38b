import BulkModel

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The folder of uploads and results: a folder a job, named by its id. All calls block.
struct UploadFolder: Sendable {
    /// Without a trailing slash.
    let root: String

    func upload(of id: JobID) -> String { "\(root)/\(id.text)/upload" }
    /// The upload while it arrives.
    func uploadPart(of id: JobID) -> String { "\(root)/\(id.text)/upload.part" }
    func result(of id: JobID) -> String { "\(root)/\(id.text)/result" }

    /// Makes the job's folder; no harm when it is there.
    func make(for id: JobID) throws(FileError) {
        try makeFolder(root)
        try makeFolder("\(root)/\(id.text)")
    }

    /// Turns the arrived part into the upload; it is there, whole, once this returns, even after a power cut.
    func commitUpload(of id: JobID) throws(FileError) {
        guard rename(uploadPart(of: id), upload(of: id)) == 0 else {
            throw FileError(operation: .rename, number: errno)
        }
        try synchronizeNames(of: id)
    }

    /// Makes the names of the job's files and of its folder survive a power cut.
    func synchronizeNames(of id: JobID) throws(FileError) {
        try LocalFile(reading: "\(root)/\(id.text)").synchronize()
        try LocalFile(reading: root).synchronize()
    }

    /// Removes what has arrived of an upload; no harm when there is nothing.
    func removePart(of id: JobID) throws(FileError) {
        try removeFile(uploadPart(of: id))
    }

    /// Removes the job's files and folder; no harm when there are none.
    func removeAll(of id: JobID) throws(FileError) {
        for path in [upload(of: id), uploadPart(of: id), result(of: id)] { try removeFile(path) }
        guard rmdir("\(root)/\(id.text)") == 0 || errno == ENOENT else {
            throw FileError(operation: .remove, number: errno)
        }
    }

    /// The jobs that have a folder; other names are left alone.
    func jobs() throws(FileError) -> [JobID] {
        guard let listing = opendir(root) else {
            if errno == ENOENT { return [] }
            throw FileError(operation: .list, number: errno)
        }
        defer { closedir(listing) }
        var found: [JobID] = []
        while let entry = readdir(listing) {
            // `d_name` is a C string inside an entry that stays valid until the next `readdir`; it is copied
            // at once.
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            if name.hasPrefix(JobNaming.prefix) { found.append(JobID(name)) }
        }
        return found
    }

    private func makeFolder(_ path: String) throws(FileError) {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw FileError(operation: .makeFolder, number: errno)
        }
    }

    private func removeFile(_ path: String) throws(FileError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw FileError(operation: .remove, number: errno) }
    }
}
