import Foundation
import Testing

/// One case of a dialect: a session of requests in one file and its exact answers in another.
///
/// A `###` line begins each exchange. In both files LF stands for the CRLF of the wire; bodies end where the next
/// exchange begins, but for one empty line.
struct Transcript: CustomTestStringConvertible {
    /// Of the folder of the dialect and the case's file names without extension.
    let name: String

    struct Exchange {
        /// What stands behind `###`.
        var title: String
        var text: String
    }

    var testDescription: String { name }

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Transcripts/bulk-jobs")

    /// The tables that every session begins with.
    static func schema() throws -> String { try text("schema.sql") }

    /// Every case that has a request file.
    static func all() throws -> [Transcript] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".request") }.sorted()
            .map { Transcript(name: String($0.dropLast(".request".count))) }
    }

    func requests() throws -> [Exchange] { Self.exchanges(try Self.text(name + ".request")) }

    func answers() throws -> String { try Self.text(name + ".answer") }

    /// Makes these the answers that are expected from now on.
    func write(_ answers: String) throws {
        try answers.write(
            to: Self.folder.appendingPathComponent(name + ".answer"), atomically: true, encoding: .utf8)
    }

    static func render(_ exchanges: [Exchange]) -> String {
        exchanges.map { "### \($0.title)\n\($0.text)" }.joined(separator: "\n")
    }

    private static func text(_ file: String) throws -> String {
        try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
    }

    private static func exchanges(_ text: String) -> [Exchange] {
        ("\n" + text).components(separatedBy: "\n### ").dropFirst().map { part in
            let lines = part.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
            var text = lines.count > 1 ? String(lines[1]) : ""
            if text.hasSuffix("\n\n") { text.removeLast() }
            return Exchange(title: String(lines[0]), text: text)
        }
    }
}
