import Dispatch
import Foundation

/// A real server on a free loopback port over a database in a folder; killed when the test lets go of it.
final class ServerProcess: @unchecked Sendable {
    let process: Process
    let port: Int

    /// `http://127.0.0.1:PORT`.
    var url: String { "http://127.0.0.1:\(port)" }

    /// Starts `breakbulk serve` and returns once it says where it listens.
    ///
    /// `shellLimits` are bash `ulimit` words put before the start (`-f 2000`).
    init(
        in folder: TemporaryFolder, database: String? = nil, command: [String] = ["serve"],
        configuration: String? = nil, shellLimits: String? = nil, uploads: String? = nil,
        environment: [String: String] = [:]
    ) async throws {
        var arguments = command + ["--listen", "127.0.0.1:0"]
        if let database { arguments += ["--database", database] }
        if let uploads { arguments += ["--uploads", uploads] }
        if let configuration {
            arguments += ["--config", try folder.write(configuration, to: "breakbulk.yaml")]
        }
        let process = Process()
        if let shellLimits {
            process.executableURL = URL(fileURLWithPath: "/bin/bash")
            process.arguments =
                ["-c", "ulimit \(shellLimits); exec \"$@\"", "bash", Binary.path] + arguments
        } else {
            process.executableURL = URL(fileURLWithPath: Binary.path)
            process.arguments = arguments
        }
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        let output = Pipe()
        process.standardOutput = output
        let logPath = folder.path + "/server-\(UUID().uuidString.prefix(8)).log"
        _ = FileManager.default.createFile(atPath: logPath, contents: nil)
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: logPath))
        try process.run()
        // One that never says where it listens is ended, and the test with it.
        async let _: Void = Binary.kill(process, after: .seconds(120))
        guard let port = await Blocking.call({ Self.port(from: output) }) else {
            process.waitUntilExit()
            throw StartFailure(
                status: process.terminationStatus,
                log: (try? String(contentsOfFile: logPath, encoding: .utf8)) ?? "")
        }
        self.process = process
        self.port = port
    }

    deinit { kill() }

    /// SIGKILL: what a power cut looks like to the process.
    func kill() {
        guard process.isRunning else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// SIGTERM, then waits for the orderly end; gives the exit status, SIGKILL's after a minute.
    func stop() -> Int32 {
        process.terminate()
        DispatchQueue.global().asyncAfter(deadline: .now() + 60) { [process] in
            if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) }
        }
        process.waitUntilExit()
        return process.terminationStatus
    }

    struct StartFailure: Error {
        var status: Int32
        var log: String
    }

    /// The port in the line that says where it serves, nil when output ends without it.
    private static func port(from pipe: Pipe) -> Int? {
        var text = ""
        while true {
            let piece = pipe.fileHandleForReading.availableData
            guard !piece.isEmpty else { return nil }
            text += String(decoding: piece, as: UTF8.self)
            if let match = text.firstMatch(of: /http:\/\/127\.0\.0\.1:(\d+)\/v1/) { return Int(match.1) }
        }
    }
}
