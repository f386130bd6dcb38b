/// How a chunk is applied; an upload's chunks have none of it but `isDryRun`.
package struct ChunkOptions: Hashable, Sendable {
    /// The receipt commits, the data changes do not: all is written as ever, then undone to a savepoint.
    package var isDryRun = false
    /// The error of this number (from 1) in the chunk stops it: see `AppliedChunk.stop`. Nil: no error does.
    package var errorsMax: Int?
    /// The receipt has the key of every record.
    package var keepsKeys = false

    package init(isDryRun: Bool = false, errorsMax: Int? = nil, keepsKeys: Bool = false) {
        self.isDryRun = isDryRun
        self.errorsMax = errorsMax
        self.keepsKeys = keepsKeys
    }
}
