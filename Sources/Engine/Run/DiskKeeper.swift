import BulkModel

/// Does the sweeper's blocking work on files on its own queue.
actor DiskKeeper {
    nonisolated let executor = QueueExecutor(label: "breakbulk.sweep")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let folder: UploadFolder

    init(folder: UploadFolder) { self.folder = folder }

    func jobs() throws(FileError) -> [JobID] { try folder.jobs() }

    func removeAll(of id: JobID) throws(FileError) { try folder.removeAll(of: id) }

    func removeSpools() throws(FileError) { try folder.removeSpools() }

    func hasUploadParts(of id: JobID) throws(FileError) -> Bool { try folder.hasParts(.upload, of: id) }

    func removeUploadParts(of id: JobID) throws(FileError) { try folder.removeParts(.upload, of: id) }
}
