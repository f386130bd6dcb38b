import BulkModel
package import Dialects

/// `/healthz`, `/readyz` and `/metrics`: for orchestrators and scrapers, without a credential.
package struct HealthPages: Dialect {
    private let checkReady: @Sendable () async throws -> Void
    private let metrics: PrometheusMetrics

    package init(metrics: PrometheusMetrics, checkReady: @escaping @Sendable () async throws -> Void) {
        self.metrics = metrics
        self.checkReady = checkReady
    }

    package var routes: [Route] {
        [
            Route(.get, "/healthz", needsCredential: false) { _ throws(Refusal) in Self.text("ok\n") },
            Route(.get, "/readyz", needsCredential: false) { _ throws(Refusal) in try await ready() },
            Route(.get, "/metrics", needsCredential: false) { _ throws(Refusal) in
                Self.text(metrics.text, type: PrometheusText.mediaType)
            },
        ]
    }

    private func ready() async throws(Refusal) -> Answer {
        do {
            try await checkReady()
        } catch {
            // Whatever the cause is, for the one who asks it means: not now.
            let cause = (error as? Refusal)?.message ?? "the store does not answer."
            throw Refusal(.serviceUnavailable, issue: "not_ready", "Not ready: \(cause)")
        }
        return Self.text("ready\n")
    }

    private static func text(_ text: String, type: String = "text/plain; charset=utf-8") -> Answer {
        Answer(status: 200, headers: [Header("Content-Type", type)], body: .bytes(Array(text.utf8)))
    }
}
