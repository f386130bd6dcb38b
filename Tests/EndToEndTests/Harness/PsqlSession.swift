import Foundation

/// A `psql` that stays connected, for tests that hold a transaction open beside the server; ended when let go.
final class PsqlSession: @unchecked Sendable {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()

    init(address: String) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/psql")
        process.arguments = ["-X", "-v", "ON_ERROR_STOP=1", address]
        // A statement that waits for ever fails instead.
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["PGOPTIONS": "-c statement_timeout=60000"]) { $1 }
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    /// psql ends with its input.
    deinit { try? input.fileHandleForWriting.close() }

    /// Runs the statements and returns once the server has answered with that command tag.
    func say(_ sql: String, until tag: String) async throws {
        try input.fileHandleForWriting.write(contentsOf: Data((sql + "\n").utf8))
        let output = output
        let isAnswered = await Blocking.call {
            var text = ""
            while !text.split(separator: "\n").contains(Substring(tag)) {
                let piece = output.fileHandleForReading.availableData
                guard !piece.isEmpty else { return false }
                text += String(decoding: piece, as: UTF8.self)
            }
            return true
        }
        guard isAnswered else { throw Ended() }
    }

    /// psql ended before it answered.
    struct Ended: Error {}
}
