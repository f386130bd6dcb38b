import BulkModel
import Engine
import Foundation
import GRDB
import Testing

@testable import StoreSQLite

@Suite("Opening a database file", .serialized)
struct OpeningTests {
    private let folder = TemporaryFolder()
    private var path: String { folder.path + "/data.db" }

    private func failure(_ body: () throws -> Void) -> StoreError? {
        do { try body() } catch { return error as? StoreError }
        return nil
    }

    @Test(
        "a second server is refused and told the file; a tool is let in; after close the next server is too")
    func serverLock() async throws {
        let first = try SQLiteStore.open(path: path, limits: Limits())
        let error = failure { _ = try SQLiteStore.open(path: path, limits: Limits()) }
        #expect(error?.code == .unusable)
        #expect(error?.message.contains(path) == true)
        #expect(error?.message.contains("process \(ProcessInfo.processInfo.processIdentifier)") == true)
        let tool = try SQLiteStore.open(path: path, limits: Limits(), role: .tool)
        try await tool.insert(Self.key)
        try #expect(await first.key("k") == Self.key)
        tool.close()
        first.close()
        let next = try SQLiteStore.open(path: path, limits: Limits())
        try #expect(await next.keys() == [Self.key])
        next.close()
    }

    @Test("the lock is the same through a symbolic link")
    func linkedLock() throws {
        let store = try SQLiteStore.open(path: path, limits: Limits())
        defer { store.close() }
        let link = folder.path + "/link.db"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        #expect(failure { _ = try SQLiteStore.open(path: link, limits: Limits()) }?.code == .unusable)
    }

    @Test("a file that is no database is unusable, and the message names it")
    func notADatabase() throws {
        try Data(repeating: 65, count: 8192).write(to: URL(fileURLWithPath: path))
        let error = failure { _ = try SQLiteStore.open(path: path, limits: Limits()) }
        #expect(error?.code == .unusable)
        #expect(error?.message.contains(path) == true)
    }

    @Test("a folder that does not exist is unusable")
    func noFolder() {
        let error = failure { _ = try SQLiteStore.open(path: folder.path + "/no/data.db", limits: Limits()) }
        #expect(error?.code == .unusable)
    }

    @Test("job tables of a newer version are unusable")
    func newerSchema() async throws {
        try SQLiteStore.open(path: path, limits: Limits()).close()
        try await DatabaseQueue(path: path).write { db in
            try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('breakbulk-99')")
        }
        let error = failure { _ = try SQLiteStore.open(path: path, limits: Limits()) }
        #expect(error?.code == .unusable)
        #expect(error?.message.contains("newer") == true)
    }

    @Test("another program's migrations in the same file do not matter")
    func foreignMigrations() async throws {
        try await DatabaseQueue(path: path).write { db in
            try db.execute(sql: "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
            try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('v7')")
        }
        let store = try SQLiteStore.open(path: path, limits: Limits())
        try #expect(await store.tables() == [])
        store.close()
    }

    @Test("the root secret is made once and kept")
    func rootSecret() async throws {
        let store = try SQLiteStore.open(path: path, limits: Limits())
        defer { store.close() }
        try #expect(await store.rootSecret(orElse: [1, 2]) == [1, 2])
        try #expect(await store.rootSecret(orElse: [3, 4]) == [1, 2])
    }

    @Test("keys are revoked once, and unknown ones not at all")
    func revoking() async throws {
        let store = try SQLiteStore.open(path: path, limits: Limits())
        defer { store.close() }
        try await store.insert(Self.key)
        try #expect(await store.revokeKey("k", at: Timestamp(unixSeconds: 5)))
        try #expect(await store.revokeKey("none", at: Timestamp(unixSeconds: 5)) == false)
        try #expect(await store.key("k")?.revokedAt == Timestamp(unixSeconds: 5))
        try #expect(await store.key("none") == nil)
    }

    private static let key = StoredKey(
        id: "k", secretHash: [0, 255, 7], tenant: TenantID("t"),
        moreTenants: [TenantID("u"), TenantID("v,w")],
        scopes: [.read, .admin], tables: ["orders"], createdAt: Timestamp(unixSeconds: 1),
        expiresAt: Timestamp(unixSeconds: 2))
}
