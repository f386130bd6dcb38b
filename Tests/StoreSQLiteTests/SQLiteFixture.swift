import BulkModel
import Engine
import GRDB
import StoreConformance

@testable import StoreSQLite

/// A fresh database file in a folder of its own, deleted with the fixture.
///
/// It holds some eight descriptors, so suites that use it are serialized: Foundation's `Process`, which other tests of the
/// same run use, reads beyond its buffer when about 1,350 descriptors are open.
final class SQLiteFixture: StoreFixture {
    let folder: TemporaryFolder
    let path: String
    let sqlite: SQLiteStore
    private let other: DatabaseQueue

    var store: any Store { sqlite }
    var automaticKey: String { "INTEGER PRIMARY KEY" }

    init(tuning: StoreTuning = StoreTuning()) throws {
        folder = TemporaryFolder()
        path = folder.path + "/data.db"
        sqlite = try SQLiteStore.open(path: path, limits: Limits(), tuning: tuning)
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        configuration.acceptsDoubleQuotedStringLiterals = true
        other = try DatabaseQueue(path: path, configuration: configuration)
    }

    deinit { sqlite.close() }

    func execute(_ sql: String) async throws { try await other.write { db in try db.execute(sql: sql) } }

    func rows(_ sql: String) async throws -> [[String]] {
        try await other.read { db in
            try Row.fetchAll(db, sql: sql).map { row in
                row.databaseValues.map { $0.isNull ? "NULL" : String.fromDatabaseValue($0) ?? "\($0)" }
            }
        }
    }
}
