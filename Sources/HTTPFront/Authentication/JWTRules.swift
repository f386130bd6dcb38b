/// Which JWTs are believed (`auth.jwt` of the configuration file).
package struct JWTRules: Sendable {
    package enum Key: Sendable {
        /// A shared secret: HS256 and nothing else. At least 32 bytes (RFC 7518, 3.2).
        case secret(String)
        /// A public key as PEM: RS256 for RSA, ES256 for P-256, and nothing else.
        case publicKey(pem: String)
        /// The text of a JWKS file; each token must name its key by `kid`.
        case keySet(json: String)
    }

    package var key: Key
    /// The `iss` that tokens must have; nil: not looked at.
    package var issuer: String?
    /// What must be among the token's `aud`; nil: not looked at.
    package var audience: String?

    package init(key: Key, issuer: String? = nil, audience: String? = nil) {
        self.key = key
        self.issuer = issuer
        self.audience = audience
    }
}
