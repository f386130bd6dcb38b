import Webhooks

extension ServePlan {
    /// What the delivery of webhooks needs to know; a usage error for a secret or an entry of `allow` that is none.
    func webhookSettings() throws(CommandFailure) -> WebhookService.Settings {
        var secret: SigningSecret?
        if let text = webhooks.secret {
            secret = SigningSecret(text)
            guard secret != nil else {
                throw CommandFailure(
                    .usage,
                    "webhooks.secret must be whsec_ and 24 to 64 bytes in base64; "
                        + "`breakbulk webhooks secret` prints one.")
            }
        }
        var allowed: [AllowedTarget] = []
        for text in webhooks.allow {
            guard let target = AllowedTarget(text) else {
                throw CommandFailure(
                    .usage,
                    "webhooks.allow: \"\(text)\" is no host, host:port, address or range like 10.0.0.0/8.")
            }
            allowed.append(target)
        }
        return WebhookService.Settings(
            secret: secret, allowed: allowed, allowsHTTP: webhooks.allowsHTTP, listenHost: host,
            listenPort: port)
    }
}
