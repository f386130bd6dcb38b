import Foundation
import Testing

@testable import breakbulk

@Suite("What doctor says of a SQLite file") struct SQLiteChecksTests {
    private func findings(_ schema: String) throws -> [Finding] {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // What is left of a temporary folder is no loss.
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/test.db"
        try SQLiteFile(path: path, mode: .create).execute(schema)
        return SQLiteChecks(path: path, rules: [:]).findings(isServed: false).filter { $0.check == "tables" }
    }

    @Test("virtual tables and their shadows are none that anybody could write to, so nothing is said of them")
    func virtualTables() throws {
        let found = try findings(
            """
            CREATE TABLE items (id INTEGER PRIMARY KEY);
            CREATE VIRTUAL TABLE words USING fts5(body);
            """)
        #expect(found == [.good("tables", "items")])
    }

    @Test("a table without a primary key is warned of")
    func keyless() throws {
        let found = try findings(
            "CREATE TABLE items (id INTEGER PRIMARY KEY); CREATE TABLE notes (body TEXT);")
        #expect(found.map(\.level) == [.warning])
        #expect(found.first?.message.hasPrefix("notes has no primary key") == true)
    }
}
