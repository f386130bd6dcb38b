import Foundation
import PostgresHarness
import Testing

@Suite("The sessions that the documents show", .serialized, .timeLimit(.minutes(10)))
struct ReadmeTests {
    /// What changes from run to run, made the same.
    private func settled(_ text: String) -> String {
        var text = text.replacing(/bulk-job-[a-z0-9]+/, with: "bulk-job-…")
        text.replace(/bulk-op-[a-z0-9]+/, with: "bulk-op-…")
        text.replace(/\d{4}-\d{2}-\d{2}T[0-9:.]+Z/, with: "<time>")
        text.replace(/"cursor":"[^"]*"/, with: "\"cursor\":\"…\"")
        text.replace(/"PT[0-9.HMS]+"/, with: "\"PT…\"")
        text.replace(/"durationMs":[0-9]+/, with: "\"durationMs\":<n>")
        text.replace(/"processingRate":[0-9.]+/, with: "\"processingRate\":<n>")
        text.replace(/[0-9.,]+ (s|ms|MB\/s|records\/s)\b/, with: "<n>")
        return text
    }

    @Test(
        "every command runs as pasted and prints what the page shows",
        arguments: ["README.md", "docs/STREAMS.md", "docs/BATCHES.md"])
    func session(page: String) async throws {
        let demo = try await Demo()
        var session = try DocumentedSession(page)
        try #require(!session.steps.isEmpty)
        let exports = page == "README.md" ? "" : try Self.exports()
        let script = "set -eu\n\(exports)\n" + session.steps.map { "\($0.commands)\necho @@END@@\n" }.joined()
        try Self.linkProgram(into: demo.folder)
        let run = try await Binary.run(
            ["-c", script.replacing("http://127.0.0.1:8080", with: demo.server.url)], program: "/bin/bash",
            in: demo.folder.path)
        #expect(run.status == 0, "\(run.output)\n\(run.errors)")
        let printed = Array(run.output.components(separatedBy: "@@END@@\n").dropLast())
        try #require(printed.count == session.steps.count)
        let isAsShown = zip(printed, session.steps).allSatisfy { settled($0) == settled(session.shown($1)) }
        if !isAsShown, ProcessInfo.processInfo.environment["UPDATE_DOCS"] != nil {
            try session.show(printed)
            session = try DocumentedSession(page)
        }
        for (printed, step) in zip(printed, session.steps) {
            #expect(settled(printed) == settled(session.shown(step)))
        }
    }

    /// What the README's session sets, which the other pages begin with.
    private static func exports() throws -> String {
        try DocumentedSession("README.md").steps.flatMap { $0.commands.components(separatedBy: "\n") }
            .filter { $0.hasPrefix("export ") }.joined(separator: "\n")
    }

    /// The program where `make build` leaves it.
    private static func linkProgram(into folder: TemporaryFolder) throws {
        let build = folder.path + "/.build"
        try FileManager.default.createDirectory(atPath: build, withIntermediateDirectories: true)
        let place = URL(fileURLWithPath: Binary.path).deletingLastPathComponent().path
        try FileManager.default.createSymbolicLink(atPath: build + "/release", withDestinationPath: place)
    }

    @Test("the line of docs/POSTGRES.md that serves a database does so")
    func postgresLine() async throws {
        let page = try String(
            contentsOf: DocsTests.root.appendingPathComponent("docs/POSTGRES.md"), encoding: .utf8)
        let shown = page.firstMatch(
            of: /\nbreakbulk (serve --database "postgres:\/\/[^"\n]*" --uploads \S+)\n/)
        let line = try #require(shown).1
        let folder = try TemporaryFolder()
        let address = try await PostgresCluster.shared().createDatabase()
        let words = line.split(separator: " ").map(String.init).map { word in
            if word.hasPrefix("\"postgres://") { return address }
            return word.hasPrefix("/") ? folder.path + "/uploads" : word
        }
        let server = try await ServerProcess(in: folder, command: words)
        let client = BulkClient(url: server.url, key: "")
        try await Patience.until("/readyz") {
            try await client.send("GET", server.url + "/readyz").status == 200
        }
    }

    @Test("every make target that the README names exists")
    func makeTargets() async throws {
        let readme = try String(
            contentsOf: DocsTests.root.appendingPathComponent("README.md"), encoding: .utf8)
        let makefile = try String(
            contentsOf: DocsTests.root.appendingPathComponent("Makefile"), encoding: .utf8)
        for target in readme.matches(of: /\bmake ([a-z]+)/) {
            #expect(makefile.contains("\n\(target.1):"), "make \(target.1)")
        }
    }
}
