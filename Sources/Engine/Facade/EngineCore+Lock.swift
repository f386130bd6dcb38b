import BulkModel

extension EngineCore {
    /// Does what one task at a time may do, on this node and on all others; nil, and nothing is done, while another one is
    /// at it.
    func holding<Value: Sendable>(
        _ name: NodeLockName, _ body: (any NodeLock) async throws -> Value
    ) async throws -> Value? {
        guard names.enter(name) else { return nil }
        defer { names.leave(name) }
        guard let lock = try await lock(name) else { return nil }
        do {
            let value = try await body(lock)
            await lock.release()
            return value
        } catch {
            await lock.release()
            throw error
        }
    }

    private func lock(_ name: NodeLockName) async throws(StoreError) -> (any NodeLock)? {
        guard let store = sharedStore else { return SoleNodeLock() }
        return try await store.lock(name)
    }
}

/// What the only node of a store needs: there is nobody else to lock out.
private struct SoleNodeLock: NodeLock {
    var isHeld: Bool { true }

    func release() async {}
}
