import Engine

/// A store's failure as a command's.
enum StoreFailure {
    static func failure(_ error: StoreError) -> CommandFailure {
        CommandFailure(.refused, "The database cannot be used: \(error.message)")
    }
}
