import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Whether a server like ours answers at an address that somebody listens on.
enum HealthProbe {
    private static let timeoutSeconds: Int64 = 2
    private static let answerBytesMax = 1 << 10

    static func answers(host: String, port: Int) async -> Bool {
        let request = HTTPClientRequest(url: "http://\(authority(host)):\(port)/healthz")
        do {
            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(timeoutSeconds))
            let body = try await response.body.collect(upTo: answerBytesMax)
            return response.status == .ok && String(buffer: body) == "ok\n"
        } catch {
            // Whatever listens there and answers otherwise, or not at all, is none of ours.
            return false
        }
    }

    /// Where a server that listens on this host is reached from its own machine.
    private static func authority(_ host: String) -> String {
        switch host {
        case "0.0.0.0": "127.0.0.1"
        case "::": "[::1]"
        default: host.contains(":") ? "[\(host)]" : host
        }
    }
}
