import Foundation

/// A client in a process of its own that takes one line of an answer a second.
final class SlowReader: @unchecked Sendable {
    private let process = Process()
    private let output = Pipe()

    init(_ body: String, client: BulkClient, table: String = "orders") throws {
        let script = """
            import socket, sys, time, urllib.parse
            url, key, body = sys.argv[1:4]
            parts = urllib.parse.urlsplit(url)
            held = socket.create_connection((parts.hostname, parts.port), timeout=60)
            held.sendall((f"POST {parts.path} HTTP/1.1\\r\\nHost: localhost\\r\\nAuthorization: Bearer {key}\\r\\n"
                f"Content-Type: application/json\\r\\nContent-Length: {len(body)}\\r\\n\\r\\n{body}").encode())
            while True:
                line = b""
                while not line.endswith(b"\\n"):
                    byte = held.recv(1)
                    if not byte: sys.exit()
                    line += byte
                print(line.decode().rstrip(), flush=True)
                time.sleep(1)
            """
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "python3", "-c", script, "\(client.url)/v1/\(table)/bulk-process", client.key, body,
        ]
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    deinit { close() }

    /// Returns once it has read its first bytes, the answer's head; true unless it ended before.
    func begin() async -> Bool {
        let output = output
        return await Blocking.call { !output.fileHandleForReading.availableData.isEmpty }
    }

    var isReading: Bool { process.isRunning }

    func close() {
        guard process.isRunning else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
