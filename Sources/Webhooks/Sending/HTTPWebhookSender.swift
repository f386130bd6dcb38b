package import BulkModel
package import Engine

/// Sends deliveries over HTTP: looks the name up once, checks every answer, signs, and calls one of the checked addresses.
package struct HTTPWebhookSender: WebhookSender {
    private let addresses: AddressGuard
    private let resolver: any NameResolver
    private let secrets: WebhookSecrets
    private let exchange: ReceiverExchange
    private let clock: WallClock
    private let timing: EngineTiming
    private let limits: Limits
    private let userAgent: String

    package init(
        addresses: AddressGuard, resolver: any NameResolver, secrets: WebhookSecrets, limits: Limits,
        clock: WallClock, timing: EngineTiming = .system(), userAgent: String
    ) {
        self.addresses = addresses
        self.resolver = resolver
        self.secrets = secrets
        self.clock = clock
        self.timing = timing
        self.limits = limits
        self.userAgent = userAgent
        exchange = ReceiverExchange(limits: limits)
    }

    package func send(_ delivery: WebhookDelivery) async -> WebhookResult {
        let begin = timing.elapsed()
        let at = clock.now()
        var outcome = Outcome()
        do {
            try await send(delivery, at: at, &outcome)
        } catch {
            outcome.error = error.message
            outcome.isFinal = error.isFinal
            outcome.isUntried = error.isOurs
        }
        let attempt = WebhookDelivery.Attempt(
            at: at, status: outcome.status, error: outcome.error, answer: outcome.answer,
            duration: timing.elapsed() - begin)
        return WebhookResult(
            attempt, retryAfterSeconds: outcome.retryAfterSeconds, isFinal: outcome.isFinal,
            isUntried: outcome.isUntried)
    }

    /// What is known of the try so far.
    private struct Outcome {
        var status: Int?
        var error: String?
        var answer: [UInt8] = []
        var retryAfterSeconds: Int?
        var isFinal = false
        var isUntried = false
    }

    private func send(
        _ delivery: WebhookDelivery, at now: Timestamp, _ outcome: inout Outcome
    ) async throws(SendFailure) {
        guard let target = delivery.event.target else {
            throw SendFailure("There is no address to send to.", isFinal: true)
        }
        let url = try readURL(target.url)
        let places = try await places(of: url)
        let lines = try await headerLines(delivery, target, at: now)
        let answer = try await exchange.post(
            delivery.event.body, to: url, at: places, headers: lines)
        outcome.status = answer.status
        outcome.answer = answer.beginning
        outcome.retryAfterSeconds = answer.retryAfter.flatMap { RetryAfter.seconds($0, now: now) }
        switch answer.status {
        case 200...299: break
        case 300...399: outcome.error = "The receiver answered \(answer.status); redirects are not followed."
        default: outcome.error = "The receiver answered \(answer.status)."
        }
    }

    private func readURL(_ text: String) throws(SendFailure) -> WebhookURL {
        do {
            return try addresses.read(text)
        } catch {
            throw SendFailure(error.message, isFinal: error.isFinal)
        }
    }

    /// Addresses that were all found fit to be called.
    private func places(of url: WebhookURL) async throws(SendFailure) -> [IPAddress] {
        if let literal = IPAddress(url.host) { return [literal] }
        let found: [IPAddress]
        do {
            found = try await resolver.addresses(of: url.host)
        } catch {
            switch error {
            case .unknownName: throw SendFailure("The host's name is not known.")
            case .timeout: throw SendFailure("Looking up the host's name took too long.")
            case .busy: throw SendFailure("Too many names are being looked up.", isOurs: true)
            }
        }
        do {
            try addresses.check(found, of: url)
        } catch {
            throw SendFailure(error.message, isFinal: error.isFinal)
        }
        return found
    }

    private func headerLines(
        _ delivery: WebhookDelivery, _ target: WebhookTarget, at now: Timestamp
    ) async throws(SendFailure) -> [WebhookTarget.HeaderLine] {
        let event = delivery.event
        let keys: [SigningSecret]
        do {
            keys = try await secrets.signing(target, of: event.tenant)
        } catch {
            throw SendFailure("The signing secret cannot be had now.", isOurs: error.code == .busy)
        }
        let signatures = StandardWebhookSigner.signatures(
            id: event.id, timestamp: now.unixSeconds, body: event.body, secrets: keys)
        var ours: [WebhookTarget.HeaderLine] = [
            .init(name: "content-type", value: "application/json"),
            .init(name: "webhook-id", value: event.id),
            .init(name: "webhook-timestamp", value: String(now.unixSeconds)),
            .init(name: "webhook-signature", value: signatures),
        ]
        // Checked when they were given; what slipped through then must not reach the wire now.
        let theirs = target.headers.prefix(limits.webhookHeadersMax).filter {
            WebhookHeaders.fault(name: $0.name, value: $0.value, bytesMax: limits.webhookHeaderBytesMax)
                == nil
        }
        if !theirs.contains(where: { $0.name.lowercased() == "user-agent" }) {
            ours.append(.init(name: "user-agent", value: userAgent))
        }
        return ours + theirs
    }
}
