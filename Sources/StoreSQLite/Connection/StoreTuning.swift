/// What may be turned for speed; the defaults are what `docs/benchmarks.md` measures.
package struct StoreTuning: Hashable, Sendable {
    /// Page cache of the writing connection. Index upkeep dominates a load, so the index should fit.
    package var writerCacheBytes = 96 << 20
    /// Page cache of each reading connection.
    package var readerCacheBytes = 8 << 20
    /// How long a call waits for another process's write lock.
    package var busyTimeout = Duration.seconds(5)
    /// The write-ahead log is copied back in the background from this size on.
    package var walCheckpointBytes = 128 << 20
    /// From this size on the writer copies back itself, so that the log cannot grow for ever.
    package var walBytesMax = 512 << 20
    /// Bound of the database file, in pages of it; nil is SQLite's own. For tests of a full disk.
    package var pagesMax: Int?

    package init(pagesMax: Int? = nil) { self.pagesMax = pagesMax }
}
