import Foundation

/// The built `breakbulk`, which lies beside the test bundle.
enum Binary {
    static let path: String = {
        let bundle = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        return bundle.deletingLastPathComponent().appendingPathComponent("breakbulk").path
    }()

    /// What a finished run printed and how it ended.
    struct Run: Sendable {
        var status: Int32
        var output: String
        var errors: String
    }

    /// Runs `breakbulk` (or another program) to its end; one that is still there after `timeMax` is killed.
    static func run(
        _ arguments: [String], program: String = path, input: String? = nil, in folder: String? = nil,
        environment: [String: String] = [:], timeMax: Duration = .seconds(300)
    ) async throws -> Run {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
        let (output, errors, stdin) = (Pipe(), Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = stdin
        try process.run()
        // Ended with this function when the process ends first.
        async let _: Void = kill(process, after: timeMax)
        if let input { try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8)) }
        try stdin.fileHandleForWriting.close()
        async let outputText = Blocking.call { Self.readAll(output) }
        async let errorText = Blocking.call { Self.readAll(errors) }
        let texts = await (outputText, errorText)
        await Blocking.call { process.waitUntilExit() }
        return Run(status: process.terminationStatus, output: texts.0, errors: texts.1)
    }

    /// SIGKILL once the time is over, for the process and what it has started; nothing when cancelled before.
    static func kill(_ process: Process, after timeMax: Duration) async {
        do {
            try await Task.sleep(for: timeMax)
        } catch {
            return
        }
        // As a group, where it leads one.
        _ = Foundation.kill(-process.processIdentifier, SIGKILL)
        _ = Foundation.kill(process.processIdentifier, SIGKILL)
    }

    private static func readAll(_ pipe: Pipe) -> String {
        String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    }
}
