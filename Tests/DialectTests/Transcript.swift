import Foundation
import Testing

/// One case of a dialect: a session of requests in one file and its exact answers in another.
///
/// A `###` line begins each exchange. In both files LF stands for the CRLF of the wire; bodies end where the next
/// exchange begins, but for one empty line.
struct Transcript: CustomTestStringConvertible {
    /// The dialect's folder.
    let dialect: String
    /// The case's file names without extension.
    let name: String

    struct Exchange {
        /// What stands behind `###`.
        var title: String
        var text: String
    }

    var testDescription: String { "\(dialect)/\(name)" }

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Transcripts")

    /// Every case that has a request file, of every dialect.
    static func all() throws -> [Transcript] {
        try ["batch-operations", "bulk-jobs", "bulk-process"].flatMap { dialect in
            try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(dialect).path)
                .filter { $0.hasSuffix(".request") }.sorted()
                .map { Transcript(dialect: dialect, name: String($0.dropLast(".request".count))) }
        }
    }

    /// The tables that every session of the dialect begins with.
    func schema() throws -> String { try text("schema.sql") }

    func requests() throws -> [Exchange] { Self.exchanges(try text(name + ".request")) }

    func answers() throws -> String { try text(name + ".answer") }

    /// Makes these the answers that are expected from now on.
    func write(_ answers: String) throws {
        try answers.write(to: url(name + ".answer"), atomically: true, encoding: .utf8)
    }

    static func render(_ exchanges: [Exchange]) -> String {
        exchanges.map { "### \($0.title)\n\($0.text)" }.joined(separator: "\n")
    }

    private func text(_ file: String) throws -> String {
        try String(contentsOf: url(file), encoding: .utf8)
    }

    private func url(_ file: String) -> URL {
        Self.folder.appendingPathComponent(dialect).appendingPathComponent(file)
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
