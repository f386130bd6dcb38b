package import Engine

extension SQLiteStore {
    /// Keeps the write-ahead log short until the task is cancelled or the store closes: the service beside
    /// `serve`.
    ///
    /// Without it the writer copies the log back itself, which costs it time.
    package func runCheckpoints() async throws(StoreError) {
        let checkpointer = try Checkpointer(path: path)
        gauge.serve(true)
        defer { gauge.serve(false) }
        for await _ in gauge.signals where await checkpointer.copy() { gauge.backgroundCopied() }
    }
}
