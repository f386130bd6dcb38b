package import Engine

/// What goes over the node's own connection.
extension PostgresStore {
    package func lock(_ name: NodeLockName) async throws(StoreError) -> (any NodeLock)? {
        try await node.lock(name)
    }

    package func listen(_ deliver: @escaping @Sendable (JobSignals.Topic) -> Void) async {
        await node.listen(deliver)
    }
}
