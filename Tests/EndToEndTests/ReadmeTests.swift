import Foundation
import Testing

@Suite("The README's session", .serialized, .timeLimit(.minutes(10)))
struct ReadmeTests {
    /// Code blocks of the README in one language, in order.
    private func blocks(_ language: String) throws -> [String] {
        let readme = try String(
            contentsOf: DocsTests.root.appendingPathComponent("README.md"), encoding: .utf8)
        return readme.components(separatedBy: "```\(language)\n").dropFirst()
            .map { String($0.prefix(upTo: $0.range(of: "```")?.lowerBound ?? $0.endIndex)) }
    }

    /// What changes from run to run, made the same.
    private func settled(_ text: String) -> String {
        text.replacing(/bulk-job-[a-z0-9]+/, with: "bulk-job-…")
            .replacing(/\d{4}-\d{2}-\d{2}T[0-9:.]+Z/, with: "<time>")
            .replacing(/[0-9.]+ (s|ms|MB\/s|records\/s)\b/, with: "<n>")
    }

    @Test("every command runs as pasted and prints what the README shows")
    func session() async throws {
        let demo = try await Demo()
        let commands = try blocks("sh").filter { !$0.hasPrefix("make") }
        let outputs = try blocks("text")
        #expect(!commands.isEmpty && outputs.count == commands.count)
        var script = "set -eu\n"
        for block in commands { script += block + "\necho @@END@@\n" }
        script = script.replacing("http://127.0.0.1:8080", with: demo.server.url)
        let build = demo.folder.path + "/.build"
        try FileManager.default.createDirectory(atPath: build, withIntermediateDirectories: true)
        let folder = URL(fileURLWithPath: Binary.path).deletingLastPathComponent().path
        try FileManager.default.createSymbolicLink(atPath: build + "/release", withDestinationPath: folder)
        let run = try await Binary.run(
            ["-c", script], program: "/bin/bash", in: demo.folder.path)
        #expect(run.status == 0, "\(run.output)\n\(run.errors)")
        let printed = run.output.components(separatedBy: "@@END@@\n").dropLast()
        #expect(printed.count == outputs.count)
        for (printed, shown) in zip(printed, outputs) { #expect(settled(printed) == settled(shown)) }
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
