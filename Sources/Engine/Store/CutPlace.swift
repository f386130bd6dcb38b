/// A place between the records of a job.
package struct CutPlace: Hashable, Sendable {
    /// Number (from 1) of the first record that is in no chunk.
    package var record: Int
    /// Chunks that are cut and not committed, worked on or free.
    package var openCount: Int

    package init(record: Int, openCount: Int) {
        self.record = record
        self.openCount = openCount
    }
}
