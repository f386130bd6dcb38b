import Planning
import Synchronization

/// The tables as last read, good while SQLite's own schema counter stands.
final class CatalogCache: Sendable {
    private let cached = Mutex<(version: Int, tables: [TableDescription])?>(nil)

    func tables(ifVersion version: Int) -> [TableDescription]? {
        cached.withLock { $0?.version == version ? $0?.tables : nil }
    }

    func keep(_ tables: [TableDescription], version: Int) { cached.withLock { $0 = (version, tables) } }
}
