import AsyncHTTPClient
import BulkModel
import Engine
import NIOCore
import NIOHTTP1
import NIOPosix

/// One request to one receiver over a connection of its own, which nothing of the receiver's doing can prolong.
///
/// No redirects, no proxy, no pool: a connection is only ever made to an address that was checked for this very delivery, with
/// the name from the address in `Host`, in SNI and against the certificate.
struct ReceiverExchange: Sendable {
    let limits: Limits

    /// Of the addresses of a name so many are tried, if they cannot be connected to.
    private static let placesMax = 3

    func post(
        _ body: [UInt8], to url: WebhookURL, at places: [IPAddress], headers: [WebhookTarget.HeaderLine]
    ) async throws(SendFailure) -> ReceiverAnswer {
        let deadline = NIODeadline.now() + Self.amount(limits.webhookTimeout)
        var failure = SendFailure("The host has no address.")
        for place in places.prefix(Self.placesMax) {
            let client = HTTPClient(configuration: configuration(url, place))
            let result = await result(of: request(body, url, headers), with: client, by: deadline)
            // Fails only when it was shut down already.
            try? await client.shutdown()
            switch result {
            case .success(let answer): return answer
            case .failure(let fault):
                failure = fault.failure
                guard fault.isUnconnected else { throw failure }
            }
        }
        throw failure
    }

    private struct Fault: Error {
        var failure: SendFailure
        /// Not a byte was sent, so another address may be tried.
        var isUnconnected: Bool
    }

    private func request(
        _ body: [UInt8], _ url: WebhookURL, _ headers: [WebhookTarget.HeaderLine]
    ) -> HTTPClientRequest {
        // Written anew from what was read and checked, so that nobody reads it differently.
        var request = HTTPClientRequest(url: "\(url.scheme)://\(url.authority)\(url.target)")
        request.method = .POST
        for line in headers { request.headers.add(name: line.name, value: line.value) }
        request.headers.replaceOrAdd(name: "connection", value: "close")
        request.body = .bytes(body)
        return request
    }

    private func configuration(_ url: WebhookURL, _ place: IPAddress) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(
                connect: Self.amount(limits.webhookConnectTimeout), read: Self.amount(limits.webhookTimeout)),
            proxy: nil, decompression: .disabled)
        configuration.httpVersion = .http1Only
        // Left to itself the client tries the same address over and over until the time to connect is up.
        configuration.connectionPool.retryConnectionEstablishment = false
        if IPAddress(url.host) == nil { configuration.dnsOverride = [url.host: place.description] }
        return configuration
    }

    private func result(
        of request: HTTPClientRequest, with client: HTTPClient, by deadline: NIODeadline
    ) async -> Result<ReceiverAnswer, Fault> {
        do {
            let response = try await client.execute(request, deadline: deadline)
            let beginning = await beginning(of: response.body, by: deadline)
            return .success(
                ReceiverAnswer(
                    status: Int(response.status.code),
                    retryAfter: response.headers.first(name: "retry-after"),
                    beginning: beginning))
        } catch {
            return .failure(Self.fault(error))
        }
    }

    /// What came of the body by the deadline, which for the client ends with the head: a receiver that sends a byte now and
    /// then, each in time, would hold its place for days.
    private func beginning(of body: HTTPClientResponse.Body, by deadline: NIODeadline) async -> [UInt8] {
        let left = Duration.nanoseconds((deadline - NIODeadline.now()).nanoseconds)
        return await withTaskGroup(of: [UInt8]?.self) { group in
            group.addTask { await read(body) }
            group.addTask {
                // Ends early when the answer was read first, and when the server shuts down.
                try? await Task.sleep(for: left)
                return nil
            }
            var kept: [UInt8] = []
            // The reader, when it is the one cancelled, still gives what it has.
            for await ended in group {
                if let ended { kept = ended }
                group.cancelAll()
            }
            return kept
        }
    }

    /// The status is known: whatever becomes of the body, it stands.
    private func read(_ body: HTTPClientResponse.Body) async -> [UInt8] {
        var kept: [UInt8] = []
        var count = 0
        do {
            for try await part in body {
                kept += part.readableBytesView.prefix(limits.webhookAnswerBytesKept - kept.count)
                count += part.readableBytes
                guard count < limits.webhookAnswerBytesMax else { break }
            }
        } catch {
            return kept
        }
        return kept
    }

    private static func fault(_ error: any Error) -> Fault {
        switch error {
        case let error as HTTPClientError:
            let isUnconnected = error == .connectTimeout
            return Fault(failure: SendFailure(words(error)), isUnconnected: isUnconnected)
        case is NIOConnectionError, is IOError:
            return Fault(failure: SendFailure("The receiver cannot be connected to."), isUnconnected: true)
        case is CancellationError:
            return Fault(failure: SendFailure("The server shut down in the middle."), isUnconnected: false)
        default:
            // TLS above all: who is told needs to know which, and the text holds nothing but that.
            let text = String(describing: error)
            let message = TLSWords.words(for: text) ?? "The exchange failed: \(text.prefix(textMax))"
            return Fault(failure: SendFailure(message), isUnconnected: false)
        }
    }

    private static let textMax = 200

    private static func words(_ error: HTTPClientError) -> String {
        switch error {
        case .connectTimeout: "The receiver cannot be connected to in time."
        case .readTimeout, .deadlineExceeded: "The receiver did not answer in time."
        case .remoteConnectionClosed: "The receiver closed the connection before it answered."
        case .tlsHandshakeTimeout: "The TLS handshake took too long."
        default: "The exchange failed: \(error.shortDescription)."
        }
    }

    private static func amount(_ duration: Duration) -> TimeAmount {
        .milliseconds(Int64(duration / .milliseconds(1)))
    }
}
