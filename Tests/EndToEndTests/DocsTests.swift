import BulkModel
import Foundation
import Testing

@Suite("The documents")
struct DocsTests {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private func text(_ name: String) throws -> String {
        try String(contentsOf: Self.root.appendingPathComponent(name), encoding: .utf8)
    }

    @Test("docs/ERRORS.md lists every code as the catalogue has it")
    func errors() throws {
        var expected = """
            # Error codes

            One catalogue for every dialect. *Retry*: whether sending the same thing again, unchanged, can succeed.

            | Code | HTTP | Retry | Meaning |
            |---|---|---|---|

            """
        for code in ErrorCode.allCases {
            expected +=
                "| `\(code.rawValue)` | \(code.status) | \(code.isRetryable ? "yes" : "no") | \(code.meaning) |\n"
        }
        if ProcessInfo.processInfo.environment["UPDATE_DOCS"] != nil {
            try expected.write(
                to: Self.root.appendingPathComponent("docs/ERRORS.md"), atomically: true, encoding: .utf8)
        }
        #expect(try text("docs/ERRORS.md") == expected)
    }
}
