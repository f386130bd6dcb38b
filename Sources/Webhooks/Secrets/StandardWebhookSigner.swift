import Crypto

/// Signs as Standard Webhooks 1.0.0 has it: HMAC-SHA256 over id, time and the exact body.
package enum StandardWebhookSigner {
    /// The value of `webhook-signature`: one item for each secret, the first one first.
    package static func signatures(
        id: String, timestamp: Int64, body: [UInt8], secrets: [SigningSecret]
    ) -> String {
        let signed = Array("\(id).\(timestamp).".utf8) + body
        return secrets.map { secret in
            let code = HMAC<SHA256>.authenticationCode(for: signed, using: SymmetricKey(data: secret.key))
            return "v1,\(Base64.encode(code))"
        }.joined(separator: " ")
    }
}
