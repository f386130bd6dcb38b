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

    func upload(of id: JobID) -> String { "\(folder(of: id))/\(Kind.upload.rawValue)" }
    func result(of id: JobID) -> String { "\(folder(of: id))/\(Kind.result.rawValue)" }

    /// A file while it is written, under a name that no other writer has: a node that lost its right to write must
    /// not write into what another one writes.
    func part(_ kind: Kind, of id: JobID, token: UInt64) -> String {
        "\(folder(of: id))/\(kind.partPrefix)-\(String(token, radix: 16))"
    }

    /// The files of a job.
    enum Kind: String, Sendable {
        case upload, result

        var partPrefix: String { "\(rawValue).part" }
    }

    /// Makes the job's folder; no harm when it is there.
    func make(for id: JobID) throws(FileError) {
        try makeRoot()
        _ = try makeFolder(folder(of: id))
    }

    /// Makes the folder itself; no harm when it is there.
    func makeRoot() throws(FileError) {
        if try makeFolder(root) { try LocalFile(reading: parentOfRoot).synchronize() }
    }

    /// The name of a spool file for the moment between making it and taking its name away.
    func spool(token: UInt64) -> String { "\(root)/\(Self.spoolPrefix)\(String(token, radix: 16))" }

    private static let spoolPrefix = "spool-"

    /// Removes spool files that have a name: a process ended in the very moment of making them. No harm to one that is
    /// being made elsewhere, which is about to lose its name anyway.
    func removeSpools() throws(FileError) {
        for name in try names(in: root) where name.hasPrefix(Self.spoolPrefix) {
            try removeFile("\(root)/\(name)")
        }
    }

    /// Turns a part into the file; it is there, whole, once this returns, even after a power cut.
    func commit(_ part: String, as kind: Kind, of id: JobID) throws(FileError) {
        guard rename(part, "\(folder(of: id))/\(kind.rawValue)") == 0 else {
            throw FileError(operation: .rename, number: errno)
        }
        try synchronizeNames(of: id)
    }

    /// Makes the names of the job's files and of its folder survive a power cut.
    private func synchronizeNames(of id: JobID) throws(FileError) {
        try LocalFile(reading: folder(of: id)).synchronize()
        try LocalFile(reading: root).synchronize()
    }

    /// True when something was begun to be written and did not become the file.
    func hasParts(_ kind: Kind, of id: JobID) throws(FileError) -> Bool {
        try names(in: folder(of: id)).contains { $0.hasPrefix(kind.partPrefix) }
    }

    /// Removes what has been written of the file by whoever; no harm when there is nothing.
    func removeParts(_ kind: Kind, of id: JobID) throws(FileError) {
        for name in try names(in: folder(of: id)) where name.hasPrefix(kind.partPrefix) {
            try removeFile("\(folder(of: id))/\(name)")
        }
    }

    /// Removes the job's files and folder; no harm when there are none, or another node removes them too.
    func removeAll(of id: JobID) throws(FileError) {
        for name in try names(in: folder(of: id)) { try removeFile("\(folder(of: id))/\(name)") }
        guard rmdir(folder(of: id)) == 0 || errno == ENOENT else {
            throw FileError(operation: .remove, number: errno)
        }
    }

    /// Removes a file; no harm when there is none.
    func removeFile(_ path: String) throws(FileError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw FileError(operation: .remove, number: errno) }
    }

    /// The jobs that have a folder; other names are left alone.
    func jobs() throws(FileError) -> [JobID] {
        try names(in: root).filter { $0.hasPrefix(JobNaming.prefix) }.map { JobID($0) }
    }

    private func folder(of id: JobID) -> String { "\(root)/\(id.text)" }

    private var parentOfRoot: String {
        guard let slash = root.lastIndex(of: "/") else { return "." }
        return slash == root.startIndex ? "/" : String(root[..<slash])
    }

    /// What is in the folder; nothing when there is no such folder.
    private func names(in path: String) throws(FileError) -> [String] {
        guard let listing = opendir(path) else {
            if errno == ENOENT { return [] }
            throw FileError(operation: .list, number: errno)
        }
        defer { closedir(listing) }
        var found: [String] = []
        while let entry = readdir(listing) {
            // `d_name` is a C string inside an entry that stays valid until the next `readdir`; it is copied
            // at once.
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            if name != ".", name != ".." { found.append(name) }
        }
        return found
    }

    /// False when it was there.
    private func makeFolder(_ path: String) throws(FileError) -> Bool {
        if mkdir(path, 0o700) == 0 { return true }
        guard errno == EEXIST else { throw FileError(operation: .makeFolder, number: errno) }
        return false
    }
}
