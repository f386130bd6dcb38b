import Foundation
import Testing

@testable import breakbulk

@Suite("The file of --errors")
struct ErrorLogTests {
    private let path = NSTemporaryDirectory() + "errors-\(UUID().uuidString).ndjson"

    /// Hands out the path of a file with that text, nil for none, and gives what is in it afterwards.
    private func contents(of text: String?, after body: (String) throws -> Void) throws -> String? {
        // The file may be one that was never made.
        defer { try? FileManager.default.removeItem(atPath: path) }
        try text?.write(toFile: path, atomically: false, encoding: .utf8)
        try body(path)
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return try String(contentsOfFile: path, encoding: .utf8)
    }

    private func add(_ text: String, to log: ErrorLog, isRetryable: Bool = false) {
        log.add(Array(text.utf8)[...], isRetryable: isRetryable)
    }

    @Test("Nothing is touched until the operation has begun", arguments: ["order-1\n", nil])
    func untouched(text: String?) throws {
        let left = try contents(of: text) { path in _ = try ErrorLog(path: path, goesOn: false) }
        #expect(left == text)
    }

    @Test("It begins anew, or goes on", arguments: [(false, "a\nb\n"), (true, "old\na\nb\n")])
    func begun(goesOn: Bool, expected: String) throws {
        let text = try contents(of: "old\n") { path in
            let log = try ErrorLog(path: path, goesOn: goesOn)
            try log.begin()
            add("a", to: log, isRetryable: true)
            add("b", to: log)
            try log.flush()
            #expect(log.written == ErrorLog.Count(records: 2, retryable: 1))
        }
        #expect(text == expected)
    }

    @Test("What was dropped is neither written nor counted")
    func dropped() throws {
        let text = try contents(of: nil) { path in
            let log = try ErrorLog(path: path, goesOn: false)
            try log.begin()
            add("a", to: log)
            try log.flush()
            add("b", to: log)
            log.drop()
            try log.flush()
            #expect(log.written.records == 1)
        }
        #expect(text == "a\n")
    }

    @Test("A place that cannot be written is refused before anything is sent")
    func nowhere() {
        #expect(throws: CommandFailure.self) { _ = try ErrorLog(path: "/no/such/folder/x", goesOn: false) }
    }
}
