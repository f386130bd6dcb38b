import Foundation
import Testing

/// A receiver of webhooks as another program: keeps each request as a line of a file, and answers with one status after the
/// other, the last one for ever.
///
/// Unchecked: the process is started once and ended once.
final class WebhookReceiver: @unchecked Sendable {
    struct Received {
        var path: String
        var headers: [String: String]
        var body: String

        var json: [String: Any] {
            (try? JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]) ?? [:]
        }
    }

    let port: Int
    private let file: String
    private let process: Process

    private static let program = """
        import http.server, json, ssl, sys
        statuses, path, certificate = [int(s) for s in sys.argv[1].split(',')], sys.argv[2], sys.argv[3]
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers['content-length'])).decode()
                with open(path, 'a') as f:
                    f.write(json.dumps({'path': self.path, 'headers': {k.lower(): v for k, v in self.headers.items()}, 'body': body}) + '\\n')
                self.send_response(statuses.pop(0) if len(statuses) > 1 else statuses[0])
                self.send_header('Content-Length', '0')
                self.end_headers()
            def log_message(self, *a): pass
        server = http.server.HTTPServer(('127.0.0.1', 0), Handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        with open(path + '.port', 'w') as f:
            f.write(str(server.server_address[1]))
        server.serve_forever()
        """

    /// `certificate`: a PEM file with a key and its certificate, for a receiver that speaks TLS.
    init(in folder: TemporaryFolder, statuses: [Int], certificate: String = "") async throws {
        file = folder.path + "/webhooks-\(UUID().uuidString)"
        try Data().write(to: URL(fileURLWithPath: file))
        let list = statuses.map(String.init).joined(separator: ",")
        process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = ["-c", Self.program, list, file, certificate]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        let portFile = file + ".port"
        do {
            try await Patience.until("the receiver listens") {
                FileManager.default.contents(atPath: portFile)?.isEmpty == false
            }
            port = try #require(Int(String(contentsOfFile: portFile, encoding: .utf8)))
        } catch {
            Self.end(process)
            throw error
        }
    }

    deinit { Self.end(process) }

    /// SIGKILL: children of a dispatch thread are born with SIGTERM blocked.
    private static func end(_ process: Process) {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// The requests so far.
    func received() throws -> [Received] {
        let text = try String(contentsOfFile: file, encoding: .utf8)
        return text.split(separator: "\n").compactMap { line in
            guard let json = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
                let path = json["path"] as? String, let body = json["body"] as? String,
                let headers = json["headers"] as? [String: String]
            else { return nil }
            return Received(path: path, headers: headers, body: body)
        }
    }

    /// Waits for so many requests.
    func requests(_ count: Int) async throws -> [Received] {
        try await Patience.until("\(count) webhooks") { try received().count >= count }
        return try received()
    }
}
