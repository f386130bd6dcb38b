import Foundation

/// A page whose commands are run by the tests: each `sh` block that does not begin with `make` is followed by a `text` block
/// with just what it prints.
struct DocumentedSession {
    struct Step {
        var commands: String
        /// Lines of the page that show what is printed.
        var output: Range<Int>
    }

    /// A block of commands without its output, by the line (from 1) it begins at.
    struct Unanswered: Error {
        var page: String
        var line: Int
    }

    private let file: URL
    private var lines: [String]
    private(set) var steps: [Step] = []

    /// `page` is a path from the repository's root.
    init(_ page: String) throws {
        file = DocsTests.root.appendingPathComponent(page)
        lines = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n")
        let blocks = Self.blocks(of: lines)
        for (index, block) in blocks.enumerated() where block.language == "sh" {
            let commands = lines[block.lines].joined(separator: "\n")
            if commands.hasPrefix("make") { continue }
            guard index + 1 < blocks.count, blocks[index + 1].language == "text" else {
                throw Unanswered(page: page, line: block.lines.lowerBound + 1)
            }
            steps.append(Step(commands: commands, output: blocks[index + 1].lines))
        }
    }

    /// What the page shows for the step, with the end of its last line.
    func shown(_ step: Step) -> String { lines[step.output].map { $0 + "\n" }.joined() }

    /// Writes the page anew, showing what was printed.
    mutating func show(_ printed: [String]) throws {
        for (step, text) in zip(steps, printed).reversed() {
            lines.replaceSubrange(step.output, with: text.components(separatedBy: "\n").dropLast())
        }
        try lines.joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
    }

    /// Fenced blocks, by the lines between their fences.
    private static func blocks(of lines: [String]) -> [(language: String, lines: Range<Int>)] {
        var blocks: [(language: String, lines: Range<Int>)] = []
        var open: (language: String, start: Int)?
        for (index, line) in lines.enumerated() where line.hasPrefix("```") {
            if let (language, start) = open {
                blocks.append((language, start..<index))
                open = nil
            } else {
                open = (String(line.dropFirst(3)), index + 1)
            }
        }
        return blocks
    }
}
