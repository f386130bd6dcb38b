import Foundation

/// Connections that send nothing, held open by a process of their own (this one has tests that need descriptors).
final class IdleConnections {
    private let process = Process()
    private let stdin = Pipe()

    init(_ count: Int, port: Int) async throws {
        let script = """
            import socket, sys
            held = [socket.create_connection(("127.0.0.1", \(port)), timeout=60) for _ in range(\(count))]
            print("open", flush=True)
            sys.stdin.read()
            """
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script]
        process.standardInput = stdin
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        _ = await Blocking.call { output.fileHandleForReading.availableData }
    }

    func close() {
        Foundation.kill(process.processIdentifier, SIGKILL)
    }
}
