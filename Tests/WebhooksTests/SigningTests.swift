import BulkModel
import Engine
import Synchronization
import Testing

@testable import Webhooks

@Suite("Signatures and secrets")
struct SigningTests {
    private static let secret = SigningSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")

    @Test("The reference libraries' own example has their signature")
    func vector() throws {
        let secret = try #require(Self.secret)
        let signature = StandardWebhookSigner.signatures(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1_614_265_330,
            body: Array("{\"test\": 2432232314}".utf8), secrets: [secret])
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test("Several secrets give as many signatures, parted by spaces")
    func several() throws {
        let secret = try #require(Self.secret)
        let other = try #require(SigningSecret("secret_key", anyText: true))
        let signatures = StandardWebhookSigner.signatures(
            id: "a", timestamp: 1, body: [], secrets: [other, secret]
        ).split(separator: " ")
        #expect(signatures.count == 2)
        #expect(signatures.allSatisfy { $0.hasPrefix("v1,") && $0.utf8.count == 3 + 44 })
        #expect(signatures[0] != signatures[1])
    }

    @Test(
        "A secret is whsec_ and base64 of 24 to 64 bytes",
        arguments: [
            ("whsec_" + String(repeating: "A", count: 32), true),
            ("whsec_" + String(repeating: "A", count: 28), false),
            ("whsec_" + String(repeating: "A", count: 88), false), ("whsec_", false), ("whsec_!!!!", false),
            (String(repeating: "A", count: 32), false), ("", false), ("whsec_x", false),
        ])
    func form(text: String, isSecret: Bool) {
        #expect((SigningSecret(text) != nil) == isSecret)
    }

    @Test("A fresh secret can be read again")
    func fresh() {
        let secret = SigningSecret.fresh { [UInt8](repeating: 7, count: $0) }
        #expect(SigningSecret(secret.text) == secret)
        #expect(secret.key.count == 32)
    }

    @Test("What was sealed opens with the same root and place only, and not once it was altered")
    func sealing() {
        let sealer = SecretSealer(rootSecret: [UInt8](repeating: 1, count: 32))
        let other = SecretSealer(rootSecret: [UInt8](repeating: 2, count: 32))
        let secret = Array("hush".utf8)
        let sealed = sealer.seal(secret, for: "here")
        #expect(sealer.open(sealed, for: "here") == secret)
        #expect(sealer.open(sealed, for: "there") == nil)
        #expect(other.open(sealed, for: "here") == nil)
        for index in sealed.indices {
            var altered = sealed
            altered[index] ^= 1
            #expect(sealer.open(altered, for: "here") == nil)
        }
        #expect(sealer.open([], for: "here") == nil)
        #expect(sealer.seal(secret, for: "here") != sealed)
    }

    @Test("Base64 has one spelling", arguments: ["", "f", "fo", "foo", "foob", "fooba", "foobar"])
    func base64(text: String) {
        let expected = ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"]
        let encoded = Base64.encode(text.utf8)
        #expect(expected.contains(encoded))
        #expect(Base64.decode(encoded) == Array(text.utf8))
        #expect(Base64.decode(encoded + "!") == nil)
        #expect(Base64.decode("Zh==") == nil)
    }
}
