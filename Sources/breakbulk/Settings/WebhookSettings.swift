/// What the configuration says of webhooks (`webhooks`).
struct WebhookSettings: Hashable, Sendable {
    /// Signs deliveries of tenants that have none of their own; nil: one is made at first start.
    var secret: String?
    /// Private hosts (`host` or `host:port`) that may be called nevertheless.
    var allow: [String] = []
    /// Whether plain HTTP may be called.
    var allowsHTTP = false
}
