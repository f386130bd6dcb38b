import Foundation
import PostgresHarness
import Testing

/// A running `breakbulk demo` in a folder of its own, with its key.
struct Demo {
    let folder: TemporaryFolder
    let server: ServerProcess
    let key: String

    init(on kind: DatabaseKind = .sqlite) async throws {
        folder = try TemporaryFolder()
        let database = kind == .postgres ? try await PostgresCluster.shared().createDatabase() : nil
        server = try await ServerProcess(in: folder, database: database, command: ["demo"])
        key = try String(contentsOfFile: folder.path + "/demo/key", encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
