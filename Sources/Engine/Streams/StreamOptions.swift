/// How a stream runs, as its caller asked.
package struct StreamOptions: Hashable, Sendable {
    /// Records a chunk, and between two checkpoints; nil means adaptive.
    package var chunkRecords: Int?
    /// The error of this number (from 1) in one stream ends it; nil means none does.
    package var errorsMax: Int?
    /// A selection of more records than this is refused before any is changed, and never goes on behind this many.
    package var recordsMax: Int?
    /// Of a selection only the first so many records are changed (from 1); nil: all.
    package var limit: Int?
    /// Everything is written and undone again, chunk by chunk.
    package var isDryRun = false
    /// The work goes on without a reader once the reader has gone.
    package var runsOnAlone = false

    package init() {}
}
