import BulkModel
import JWTKit

/// Verifies JWTs with the one key or key set it was given; the algorithm follows from the key, never from the token.
///
/// That is what refuses `alg: none`, an HMAC made with a public key's text, and a token signed by a lesser algorithm
/// (RFC 8725, 3.1: "Each key MUST be used with exactly one algorithm").
struct JWTVerifier: Sendable {
    private let keys: JWTKeyCollection
    private let algorithms: Set<String>
    private let needsKeyID: Bool
    private let rules: JWTRules
    private static let tokenBytesMax = 16 << 10

    /// INVALID_REQUEST when the configured key is unusable.
    init(_ rules: JWTRules) async throws(Refusal) {
        self.rules = rules
        keys = JWTKeyCollection()
        switch rules.key {
        case .secret(let secret):
            guard secret.utf8.count >= 32 else {
                throw Refusal(.invalidRequest, "auth.jwt.secret must have at least 32 bytes.")
            }
            await keys.add(hmac: HMACKey(from: secret), digestAlgorithm: .sha256)
            (algorithms, needsKeyID) = (["HS256"], false)
        case .publicKey(let pem):
            algorithms = [try await Self.add(pem, to: keys)]
            needsKeyID = false
        case .keySet(let json):
            do {
                try await keys.add(jwksJSON: json)
            } catch {
                throw Refusal(.invalidRequest, "auth.jwt.jwks_file is no key set whose keys have a kid each.")
            }
            (algorithms, needsKeyID) = (["RS256", "ES256"], true)
        }
    }

    /// The claims of a token that is signed, in force and meant for us; UNAUTHENTICATED otherwise.
    func claims(_ token: String, now: Timestamp) async throws(Refusal) -> TokenClaims {
        guard token.utf8.count <= Self.tokenBytesMax else { throw Self.refusal("The JWT is too long.") }
        let claims: TokenClaims
        do {
            let header = try DefaultJWTParser().parse(Array(token.utf8), as: TokenClaims.self).header
            guard let algorithm = header.alg, algorithms.contains(algorithm) else {
                throw Self.refusal("The JWT's algorithm is not the one that belongs to the configured key.")
            }
            // RFC 7515, 4.1.11: who does not understand an extension named there must refuse the token.
            guard header.crit == nil else {
                throw Self.refusal("The JWT needs extensions (crit); none are understood here.")
            }
            guard !needsKeyID || header.kid != nil else {
                throw Self.refusal("The JWT does not name its key (kid).")
            }
            claims = try await keys.verify(token, as: TokenClaims.self)
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            // The library's error may quote the token; only its kind goes out.
            throw Self.refusal("The JWT is malformed or its signature is not that of the configured key.")
        }
        try check(claims, now: now)
        return claims
    }

    private func check(_ claims: TokenClaims, now: Timestamp) throws(Refusal) {
        let seconds = Double(now.microseconds) / 1_000_000
        guard let end = claims.exp else {
            throw Self.refusal("The JWT has no exp; endless tokens are not taken.")
        }
        guard seconds < end else { throw Self.refusal("The JWT has expired; get a new one.") }
        if let start = claims.nbf, seconds < start { throw Self.refusal("The JWT is not valid yet (nbf).") }
        if let issuer = rules.issuer, claims.iss != issuer {
            throw Self.refusal("The JWT comes from another issuer than the configured one.")
        }
        if let audience = rules.audience, claims.aud?.all.contains(audience) != true {
            throw Self.refusal("The JWT is meant for another audience.")
        }
    }

    /// Adds the PEM key and names the algorithm that goes with it.
    private static func add(_ pem: String, to keys: JWTKeyCollection) async throws(Refusal) -> String {
        do {
            let key = try ES256PublicKey(pem: pem)
            await keys.add(ecdsa: key)
            return "ES256"
        } catch {
            // Not P-256: the only other kind is RSA, whose own error decides.
        }
        do {
            let key = try Insecure.RSA.PublicKey(pem: pem)
            await keys.add(rsa: key, digestAlgorithm: .sha256)
            return "RS256"
        } catch {
            throw Refusal(
                .invalidRequest,
                "auth.jwt.public_key must be the PEM of an RSA (2048 bits or more) or P-256 public key.")
        }
    }

    private static func refusal(_ message: String) -> Refusal {
        Refusal(.unauthenticated, issue: "invalid_token", message)
    }
}
