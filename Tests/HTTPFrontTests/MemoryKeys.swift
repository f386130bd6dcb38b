import BulkModel
import Engine
import Synchronization

/// Keys in memory, for tests of authentication alone.
final class MemoryKeys: SecretStore {
    private let stored: Mutex<[StoredKey]>

    init(_ keys: [StoredKey] = []) { stored = Mutex(keys) }

    func rootSecret(orElse fresh: [UInt8]) async throws(StoreError) -> [UInt8] { fresh }
    func insert(_ key: StoredKey) async throws(StoreError) { stored.withLock { $0.append(key) } }
    func key(_ id: String) async throws(StoreError) -> StoredKey? {
        stored.withLock { keys in keys.first { $0.id == id } }
    }
    func keys() async throws(StoreError) -> [StoredKey] { stored.withLock { $0 } }
    func revokeKey(_ id: String, at time: Timestamp) async throws(StoreError) -> Bool {
        stored.withLock { keys in
            guard let index = keys.firstIndex(where: { $0.id == id }) else { return false }
            keys[index].revokedAt = time
            return true
        }
    }
}
