import BulkModel
import Formats
import Planning

/// Reads, verifies, decodes and binds chunks on its own queue, while the store applies the one before.
actor ChunkPreparer {
    nonisolated let executor = QueueExecutor(label: "breakbulk.prepare")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Files of the jobs that took turns last, the latest at the end.
    private var readers: [(job: JobID, reader: UploadReader)] = []
    private static let readersMax = 16

    /// The run as records ready for the store. Throws `UploadDamage`, or `BooksError` when it holds other records than it
    /// should.
    func prepare(_ run: SegmentRun, of recipe: ChunkRecipe, path: String) throws -> BoundBatch {
        if let refusal = run.refusal { return recipe.refused(run.segments[0], as: refusal) }
        let bytes = try reader(of: recipe.job, path: path).read(run)
        let batch = recipe.bind(bytes, from: run.origin)
        guard batch.recordCount == run.recordCount else {
            throw BooksError(
                "\(run.recordCount) records split at \(run.origin.record), \(batch.recordCount) decoded")
        }
        return batch
    }

    /// Closes the job's file.
    func forget(_ job: JobID) { readers.removeAll { $0.job == job } }

    /// Closes all files.
    func forgetAll() { readers = [] }

    private func reader(of job: JobID, path: String) throws(UploadDamage) -> UploadReader {
        if let known = readers.first(where: { $0.job == job }) { return known.reader }
        let reader = try UploadReader(path: path)
        if readers.count >= Self.readersMax { readers.removeFirst() }
        readers.append((job, reader))
        return reader
    }
}
