import BulkModel
import CryptoExtras
import Dialects
import Engine
import JWTKit
import Testing

@testable import HTTPFront

@Suite struct AuthenticationTests {
    private let now = Timestamp(unixSeconds: 1_800_000_000)
    private let secret = "0123456789abcdef0123456789abcdef"

    private func outcome(_ mode: AuthenticationMode, _ lines: [(String, String)]) async throws -> String {
        let authenticator = try await Authenticator(mode, clock: WallClock { [now] in now })
        do {
            let caller = try await authenticator.caller(HeaderFields(lines))
            let scopes = caller.scopes.map(\.rawValue).sorted().joined(separator: ",")
            return "\(caller.tenant) [\(scopes)] \(caller.tables?.sorted() ?? ["*"])"
        } catch {
            return error.issue ?? error.code.rawValue
        }
    }

    private func mint(expiresAt: Timestamp? = nil, more: [String] = []) -> (key: StoredKey, plaintext: String)
    {
        APIKey.mint(
            tenant: TenantID("t1"), moreTenants: more.map(TenantID.init), scopes: [.read, .write],
            tables: ["sales"],
            createdAt: now, expiresAt: expiresAt, random: { [UInt8](repeating: 0xAB, count: $0) })
    }

    @Test("a key has its form, and only its hash is stored")
    func minting() {
        let (key, text) = mint()
        #expect(text == "bbk_abababababab_" + String(repeating: "ab", count: 32))
        #expect(key.id == "abababababab")
        #expect(key.secretHash.count == 32)
        #expect(key.secretHash != Array(text.utf8))
        #expect(APIKey.parse(text)?.id == key.id)
        for bad in ["", "bbk_", "bbk_a_b", text + "0", "xxx" + text, text + "_x"] {
            #expect(APIKey.parse(bad) == nil)
        }
    }

    @Test("a key is taken as Bearer and as X-API-Key, and in no other way")
    func keyHeaders() async throws {
        let (key, text) = mint()
        let mode = AuthenticationMode.credentials(keys: MemoryKeys([key]), jwt: nil)
        let granted = "t1 [read,write] [\"sales\"]"
        #expect(try await outcome(mode, [("Authorization", "Bearer \(text)")]) == granted)
        #expect(try await outcome(mode, [("authorization", "bearer  \(text)")]) == granted)
        #expect(try await outcome(mode, [("X-API-Key", text)]) == granted)
        #expect(try await outcome(mode, []) == "no_credential")
        #expect(try await outcome(mode, [("Authorization", "Basic \(text)")]) == "no_credential")
        #expect(
            try await outcome(mode, [("X-API-Key", text), ("Authorization", "Bearer \(text)")])
                == "several_credentials")
        let wrong = String(text.dropLast()) + "0"
        #expect(try await outcome(mode, [("X-API-Key", wrong)]) == "invalid_key")
        #expect(
            try await outcome(mode, [("X-API-Key", text.replacing("bbk_ab", with: "bbk_00"))])
                == "invalid_key")
        #expect(try await outcome(mode, [("X-API-Key", "hello")]) == "invalid_key")
    }

    @Test("expired and revoked keys are refused")
    func keyLife() async throws {
        let (expired, text) = mint(expiresAt: now)
        let atEnd = AuthenticationMode.credentials(keys: MemoryKeys([expired]), jwt: nil)
        #expect(try await outcome(atEnd, [("X-API-Key", text)]) == "invalid_key")
        let store = MemoryKeys([mint(expiresAt: now + .seconds(1)).key])
        let mode = AuthenticationMode.credentials(keys: store, jwt: nil)
        let text1 = try await outcome(mode, [("X-API-Key", text)])
        #expect(text1.hasPrefix("t1"))
        #expect(try await store.revokeKey("abababababab", at: now))
        #expect(try await outcome(mode, [("X-API-Key", text)]) == "invalid_key")
    }

    @Test("X-Tenant-ID chooses among the credential's tenants only")
    func tenants() async throws {
        let (key, text) = mint(more: ["t2"])
        let mode = AuthenticationMode.credentials(keys: MemoryKeys([key]), jwt: nil)
        let text2 = try await outcome(mode, [("X-API-Key", text), ("X-Tenant-ID", "t2")])
        #expect(text2.hasPrefix("t2"))
        #expect(try await outcome(mode, [("X-API-Key", text), ("X-Tenant-ID", "t3")]) == "foreign_tenant")
        let token = try await token(
            claims {
                $0.tenant = nil; $0.tenants = ["a", "b"]
            })
        let jwt = AuthenticationMode.credentials(keys: MemoryKeys(), jwt: JWTRules(key: .secret(secret)))
        #expect(try await outcome(jwt, [("Authorization", "Bearer \(token)")]) == "tenant_required")
        let text3 = try await outcome(jwt, [("Authorization", "Bearer \(token)"), ("X-Tenant-ID", "b")])
        #expect(text3.hasPrefix("b"))
    }

    private func claims(_ change: (inout TokenClaims) -> Void = { _ in }) -> TokenClaims {
        var claims = TokenClaims()
        claims.exp = 1_800_000_100
        claims.iss = "me"
        claims.aud = .init(["bulk", "other"])
        claims.tenant = "t1"
        claims.scope = .init(["openid read write"])
        change(&claims)
        return claims
    }

    private func token(_ claims: TokenClaims, secret: String? = nil) async throws -> String {
        let keys = JWTKeyCollection()
        await keys.add(hmac: HMACKey(from: secret ?? self.secret), digestAlgorithm: .sha256)
        return try await keys.sign(claims)
    }

    private func outcome(_ rules: JWTRules, _ token: String) async throws -> String {
        try await outcome(
            .credentials(keys: MemoryKeys(), jwt: rules), [("Authorization", "Bearer \(token)")])
    }

    @Test("a JWT's claims become the caller")
    func jwt() async throws {
        let rules = JWTRules(key: .secret(secret), issuer: "me", audience: "bulk")
        #expect(try await outcome(rules, try await token(claims())) == "t1 [read,write] [\"*\"]")
        let listed = claims {
            $0.scope = nil; $0.scopes = .init(["query", "admin"]); $0.tables = ["sales"]
        }
        #expect(try await outcome(rules, try await token(listed)) == "t1 [admin,query] [\"sales\"]")
        let other = claims {
            $0.tenant = nil; $0.tenantID = "t9"; $0.scope = nil
        }
        #expect(try await outcome(rules, try await token(other)) == "t9 [] [\"*\"]")
    }

    @Test("a JWT that is late, early, endless, foreign or without a tenant is refused")
    func badClaims() async throws {
        let rules = JWTRules(key: .secret(secret), issuer: "me", audience: "bulk")
        let bad = [
            claims { $0.exp = 1_800_000_000 }, claims { $0.exp = nil }, claims { $0.nbf = 1_800_000_001 },
            claims { $0.iss = "you" }, claims { $0.iss = nil }, claims { $0.aud = .init(["other"]) },
            claims { $0.aud = nil }, claims { $0.aud = .init([]) },
        ]
        for claims in bad { #expect(try await outcome(rules, try await token(claims)) == "invalid_token") }
        #expect(try await outcome(rules, try await token(claims { $0.tenant = nil })) == "no_tenant")
        let blank = claims {
            $0.tenant = ""; $0.tenantID = ""; $0.tenants = [""]
        }
        #expect(try await outcome(rules, try await token(blank)) == "no_tenant")
        let named = claims {
            $0.tenant = ""; $0.tenants = ["", "t7"]
        }
        #expect(try await outcome(rules, try await token(named)) == "tenant_required")
    }

    @Test("a JWT that needs extensions is refused, and told so")
    func critical() async throws {
        let header = Base64URL.encode(#"{"alg":"HS256","typ":"JWT","crit":["exp"]}"#.utf8)
        let parts = try await token(claims()).split(separator: ".")
        let verifier = try await JWTVerifier(JWTRules(key: .secret(secret)))
        let refusal = await #expect(throws: Refusal.self) {
            try await verifier.claims("\(header).\(parts[1]).\(parts[2])", now: now)
        }
        #expect(refusal?.message == "The JWT needs extensions (crit); none are understood here.")
    }

    @Test("a JWT of another key, without a signature, changed or malformed is refused")
    func badSignatures() async throws {
        let rules = JWTRules(key: .secret(secret))
        let good = try await token(claims())
        let parts = good.split(separator: ".").map(String.init)
        let none = Base64URL.encode(#"{"alg":"none","typ":"JWT"}"#.utf8)
        let hs512 = Base64URL.encode(#"{"alg":"HS512","typ":"JWT"}"#.utf8)
        let attacks = [
            try await token(claims(), secret: String(repeating: "x", count: 32)),
            "\(none).\(parts[1]).", "\(none).\(parts[1]).\(parts[2])", "\(hs512).\(parts[1]).\(parts[2])",
            "\(parts[0]).\(parts[1]).", "\(parts[0]).\(parts[1])", "..", "a.b.c", good + "x",
            String(repeating: "a", count: 20_000),
        ]
        for attack in attacks { #expect(try await outcome(rules, attack) == "invalid_token", "\(attack)") }
    }

    @Test("a public key takes its own algorithm only: its text is no HMAC secret")
    func confusion() async throws {
        let key = ES256PrivateKey()
        let pem = key.publicKey.pemRepresentation
        let rules = JWTRules(key: .publicKey(pem: pem))
        let signer = JWTKeyCollection()
        await signer.add(ecdsa: key)
        let text4 = try await outcome(rules, try await signer.sign(claims()))
        #expect(text4.hasPrefix("t1"))
        #expect(try await outcome(rules, try await token(claims(), secret: pem)) == "invalid_token")
        let foreign = JWTKeyCollection()
        await foreign.add(ecdsa: ES256PrivateKey())
        #expect(try await outcome(rules, try await foreign.sign(claims())) == "invalid_token")
    }

    @Test("a key set takes the tokens of its keys by `kid`, and no HMAC made with its text")
    func keySet() async throws {
        let key = ES256PrivateKey()
        let parameters = try #require(key.publicKey.parameters)
        let json = """
            {"keys":[{"kty":"EC","crv":"P-256","alg":"ES256","kid":"k1","use":"sig",
            "x":"\(parameters.x)","y":"\(parameters.y)"}]}
            """
        let rules = JWTRules(key: .keySet(json: json))
        let signer = JWTKeyCollection()
        await signer.add(ecdsa: key, kid: "k1")
        let good = try await signer.sign(claims(), kid: "k1")
        #expect(try await outcome(rules, good).hasPrefix("t1"))
        #expect(try await outcome(rules, try await token(claims(), secret: json)) == "invalid_token")
        let foreign = JWTKeyCollection()
        await foreign.add(ecdsa: ES256PrivateKey(), kid: "k1")
        #expect(try await outcome(rules, try await foreign.sign(claims(), kid: "k1")) == "invalid_token")
    }

    @Test(
        "an RSA key takes RS256 tokens of its pair, and neither its own text as a secret nor another algorithm"
    )
    func rsa() async throws {
        let made = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        let publicPEM = made.publicKey.pemRepresentation
        let rules = JWTRules(key: .publicKey(pem: publicPEM))
        let pair = try Insecure.RSA.PrivateKey(pem: made.pemRepresentation)
        let signer = JWTKeyCollection()
        await signer.add(rsa: pair, digestAlgorithm: .sha256)
        #expect(try await outcome(rules, try await signer.sign(claims())).hasPrefix("t1"))
        let stronger = JWTKeyCollection()
        await stronger.add(rsa: pair, digestAlgorithm: .sha512)
        #expect(try await outcome(rules, try await stronger.sign(claims())) == "invalid_token")
        let confused = try await token(claims(), secret: publicPEM)
        #expect(try await outcome(rules, confused) == "invalid_token")
    }

    @Test("unusable keys are refused at the start")
    func badRules() async {
        for key: JWTRules.Key in [.secret("short"), .publicKey(pem: "x"), .keySet(json: "{}")] {
            await #expect(throws: Refusal.self) { try await JWTVerifier(JWTRules(key: key)) }
        }
    }

    @Test("signatures hold for their purpose, key and bytes only")
    func signing() {
        let signer = KeyedSigner(rootSecret: [UInt8](repeating: 7, count: 32))
        let other = KeyedSigner(rootSecret: [UInt8](repeating: 8, count: 32))
        let id = signer.keyID(for: .upload)
        let signature = signer.sign([1, 2], for: .upload)
        #expect(signer.verify(signature, of: [1, 2], for: .upload, keyID: id))
        #expect(!signer.verify(signature, of: [1, 3], for: .upload, keyID: id))
        #expect(!signer.verify(signature, of: [1, 2], for: .paging, keyID: signer.keyID(for: .paging)))
        #expect(!signer.verify(signature, of: [1, 2], for: .upload, keyID: "x"))
        #expect(!other.verify(signature, of: [1, 2], for: .upload, keyID: other.keyID(for: .upload)))
        #expect(!signer.verify("", of: [1, 2], for: .upload, keyID: id))
        #expect(
            KeyedSigner(rootSecret: [UInt8](repeating: 7, count: 32)).sign([1, 2], for: .upload) == signature)
    }

    @Test(
        "secrets are compared whole",
        arguments: [
            ([], [], true), ([1], [1], true), ([1], [2], false), ([1], [1, 0], false), ([], [0], false),
        ]
            as [([UInt8], [UInt8], Bool)])
    func constantTime(a: [UInt8], b: [UInt8], isEqual: Bool) {
        #expect(ConstantTime.equals(a, b) == isEqual)
    }
}
