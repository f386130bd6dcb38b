import BulkModel
import JWTKit

/// The claims that are looked at; others are ignored.
struct TokenClaims: JWTPayload {
    var exp: Double?
    var nbf: Double?
    var iss: String?
    var aud: Words?
    var sub: String?
    var tenant: String?
    var tenantID: String?
    var tenants: [String]?
    var scope: Words?
    var scopes: Words?
    var tables: [String]?

    enum CodingKeys: String, CodingKey {
        case exp, nbf, iss, aud, sub, tenant, tenants, scope, scopes, tables
        case tenantID = "tenant_id"
    }

    /// A claim that is one text, several in one text (`"read write"`), or a list.
    struct Words: Codable, Hashable, Sendable {
        var all: [String]

        init(_ all: [String]) { self.all = all }

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            do {
                all = [try container.decode(String.self)]
            } catch DecodingError.typeMismatch {
                all = try container.decode([String].self)
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(all)
        }
    }

    /// Claims are checked by `JWTVerifier` with the server's own clock; this call has none.
    func verify(using algorithm: some JWTAlgorithm) {}

    /// Scopes of ours among those named; others (`openid`) are for somebody else.
    var grantedScopes: Set<Caller.Scope> {
        let words = ((scope?.all ?? []) + (scopes?.all ?? [])).flatMap { $0.split(separator: " ") }
        return Set(words.compactMap { Caller.Scope(rawValue: String($0)) })
    }
}
