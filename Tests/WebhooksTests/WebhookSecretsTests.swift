import BulkModel
import Engine
import Synchronization
import Testing

@testable import Webhooks

@Suite("Which secret signs")
struct WebhookSecretsTests {
    private let shelf = SecretShelf()
    private let tenant = TenantID("a")
    private let target = WebhookTarget(url: "https://h.example/")
    private static let configured = "whsec_" + String(repeating: "C", count: 32)

    @Test("The server makes one for itself once, and keeps it unreadable")
    func own() async throws {
        let first = try await shelf.secrets().signing(target, of: tenant)
        let second = try await shelf.secrets().signing(target, of: TenantID("b"))
        #expect(first == second)
        #expect(first.count == 1)
        let text = first[0].text
        let isReadable = shelf.values.withLock { values in
            values.values.contains { String(decoding: $0, as: UTF8.self).contains(text) }
        }
        #expect(!isReadable)
        #expect(shelf.values.withLock { $0.count } == 1)
    }

    @Test("The configuration's goes before the server's, the tenant's before both, the request's before all")
    func order() async throws {
        let secrets = shelf.secrets(configured: Self.configured)
        #expect(try await secrets.signing(target, of: tenant).map(\.text) == [Self.configured])
        let own = try await secrets.rotate(tenant)
        #expect(try await secrets.signing(target, of: tenant).first == own)
        #expect(try await secrets.signing(target, of: TenantID("b")).map(\.text) == [Self.configured])
        var named = target
        named.sealedSecret = secrets.seal(Array("my own".utf8))
        #expect(try await secrets.signing(named, of: tenant).map(\.text) == ["my own"])
    }

    @Test("What was replaced goes on signing for a day, the newest first")
    func rotation() async throws {
        let secrets = shelf.secrets(configured: Self.configured)
        let first = try await secrets.rotate(tenant)
        #expect(try await secrets.signing(target, of: tenant).map(\.text) == [first.text, Self.configured])
        shelf.pass(.seconds(24 * 3600))
        #expect(try await secrets.signing(target, of: tenant) == [first])
        let second = try await secrets.rotate(tenant)
        shelf.pass(.seconds(3600))
        let third = try await secrets.rotate(tenant)
        #expect(try await secrets.signing(target, of: tenant) == [third, second, first])
        shelf.pass(.seconds(23 * 3600))
        #expect(try await secrets.signing(target, of: tenant) == [third, second])
        shelf.pass(.seconds(3600))
        #expect(try await secrets.signing(target, of: tenant) == [third])
    }

    @Test("Secrets that sign no more are not read again, however many there were")
    func reads() async throws {
        let secrets = shelf.secrets(configured: Self.configured)
        var last = try await secrets.rotate(tenant)
        for _ in 0..<20 {
            shelf.pass(.seconds(24 * 3600))
            last = try await secrets.rotate(tenant)
        }
        shelf.pass(.seconds(24 * 3600))
        #expect(try await secrets.signing(target, of: tenant) == [last])
        shelf.reads.withLock { $0 = 0 }
        #expect(try await secrets.signing(target, of: tenant) == [last])
        // The one in force, and that there is none behind it.
        #expect(shelf.reads.withLock { $0 } == 2)
        let next = try await secrets.rotate(tenant)
        #expect(try await secrets.signing(target, of: tenant) == [next, last])
        #expect(try await shelf.secrets().signing(target, of: tenant) == [next, last])
    }

    @Test("The secret in force is known with its source")
    func current() async throws {
        let secrets = shelf.secrets()
        #expect(try await secrets.current(of: tenant).source == .server)
        let own = try await secrets.rotate(tenant)
        #expect(try await secrets.current(of: tenant) == (own, .tenant))
        let server = try await secrets.rotate(nil)
        #expect(try await secrets.current(of: nil) == (server, .server))
        #expect(
            try await shelf.secrets(configured: Self.configured).current(of: nil).source == .configuration)
    }

    @Test("Two who rotate at once are both kept")
    func race() async throws {
        let secrets = shelf.secrets()
        let made = try await withThrowingTaskGroup(of: SigningSecret.self) { group in
            for _ in 0..<8 { group.addTask { try await secrets.rotate(TenantID("a")) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(try await secrets.signing(target, of: tenant)).isSuperset(of: made))
        #expect(Set(made).count == 8)
    }

    @Test("Another root secret opens nothing and says so")
    func otherRoot() async throws {
        _ = try await shelf.secrets().rotate(tenant)
        await #expect(throws: StoreError.self) {
            try await shelf.secrets(root: 8).signing(target, of: tenant)
        }
        var named = target
        named.sealedSecret = shelf.secrets().seal(Array("x".utf8))
        await #expect(throws: StoreError.self) { try await shelf.secrets(root: 8).signing(named, of: tenant) }
    }
}
