import Foundation
import Testing

/// A running `breakbulk demo` in a folder of its own, with its key.
struct Demo {
    let folder: TemporaryFolder
    let server: ServerProcess
    let key: String

    init() async throws {
        folder = try TemporaryFolder()
        server = try await ServerProcess(in: folder, command: ["demo"])
        key = try String(contentsOfFile: folder.path + "/demo/key", encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
