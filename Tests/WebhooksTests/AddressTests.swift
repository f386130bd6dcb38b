import BulkModel
import Engine
import Testing

@testable import Webhooks

@Suite("Which addresses are called")
struct AddressTests {
    private static func guarding(
        _ allowed: [String] = [], http: Bool = true, own: [String] = [], ownPort: Int = 0
    ) -> AddressGuard {
        AddressGuard(
            allowed: allowed.compactMap { AllowedTarget($0) }, allowsHTTP: http,
            own: Set(own.compactMap { IPAddress($0) }), ownPort: ownPort, limits: Limits())
    }

    private static func permits(
        _ url: String, resolving: [String], allowed: [String] = [], own: [String] = [], ownPort: Int = 0
    ) -> Bool {
        let addresses = guarding(allowed, own: own, ownPort: ownPort)
        do {
            let url = try addresses.read(url)
            try addresses.check(resolving.compactMap { IPAddress($0) }, of: url)
            return true
        } catch {
            return false
        }
    }

    @Test(
        "Public addresses are called, to the edges of the blocks that are not",
        arguments: [
            "1.0.0.0", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0",
            "192.0.3.0",
            "192.88.98.255", "192.88.100.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0",
            "198.51.99.255", "198.51.101.0", "203.0.112.255", "203.0.114.0", "223.255.255.255",
            "168.63.129.15",
            "168.63.129.17", "2000::", "2001:200::1", "2001:db7:ffff::", "2001:db9::", "2003::", "2600::1",
            "2606:4700:4700::1111", "2a00:1450:4001::1", "3ffe::1", "3fff:1000::",
        ])
    func publicOnes(address: String) {
        #expect(Self.permits("https://h.example/", resolving: [address]))
    }

    @Test(
        "Nothing else is",
        arguments: [
            "0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255",
            "100.100.100.200", "127.0.0.1", "127.255.255.255", "169.254.0.0", "169.254.169.254",
            "169.254.170.2",
            "169.254.255.255", "172.16.0.0", "172.31.255.255", "192.0.0.0", "192.0.0.255", "192.0.2.1",
            "192.88.99.1", "192.168.0.0", "192.168.255.255", "198.18.0.0", "198.19.255.255", "198.51.100.7",
            "203.0.113.255", "224.0.0.0", "239.255.255.255", "240.0.0.0", "255.255.255.255", "168.63.129.16",
            "::",
            "::1", "::2", "::7f00:1", "::ffff:8.8.8.8", "::ffff:127.0.0.1", "::ffff:0:8.8.8.8",
            "64:ff9b::8.8.8.8",
            "64:ff9b:1::1", "100::1", "100:0:0:1::1", "2001::1", "2001:2::1", "2001:10::1",
            "2001:1ff:ffff::1",
            "2001:db8::1", "2002:7f00:1::1", "3fff::1", "3fff:fff::1", "4000::1", "5f00::1", "fc00::1",
            "fd00:ec2::254", "fe80::1", "febf::1", "fec0::1", "feff::1", "ff00::1", "ff02::1", "1fff::1",
        ])
    func insideOnes(address: String) {
        #expect(!Self.permits("https://h.example/", resolving: [address]))
        #expect(!Self.permits("https://h.example/", resolving: ["8.8.8.8", address]))
        #expect(!Self.permits("https://h.example/", resolving: [address, "8.8.8.8"]))
    }

    @Test("A name without any address is not called")
    func noAddress() {
        #expect(!Self.permits("https://h.example/", resolving: []))
    }

    @Test(
        "Addresses in the URL itself are judged without looking anything up",
        arguments: [
            ("https://8.8.8.8/", true), ("https://[2606:4700::1]/", true), ("https://127.0.0.1/", false),
            ("https://[::1]/", false), ("https://[::ffff:8.8.8.8]/", false),
            ("https://[0:0:0:0:0:0:0:1]/", false),
            ("https://[1:2]/", false), ("https://localhost/", false), ("https://a.localhost/", false),
            ("https://8.8.8.8:8443/", false), ("https://8.8.8.8:80/", true), ("http://8.8.8.8:443/", true),
            ("http://8.8.8.8/", true), ("https://h.example:22/", false), ("https://h.example:80/", true),
        ])
    func literals(url: String, isFit: Bool) {
        let isRead = (try? Self.guarding().read(url)) != nil
        #expect(isRead == isFit)
    }

    @Test("Plain HTTP needs the operator's word")
    func plainHTTP() {
        #expect((try? Self.guarding(http: false).read("http://8.8.8.8/")) == nil)
        #expect((try? Self.guarding(["8.8.8.8"], http: false).read("http://8.8.8.8/")) == nil)
    }

    @Test(
        "What the operator lists is called, and nothing beside it",
        arguments: [
            ("hooks.internal", "https://hooks.internal/", "10.0.0.1", true),
            ("hooks.internal", "https://hooks.internal:9000/", "10.0.0.1", true),
            ("hooks.internal", "https://Hooks.Internal/", "10.0.0.1", true),
            ("hooks.internal", "https://x.hooks.internal/", "10.0.0.1", false),
            ("hooks.internal:9000", "https://hooks.internal:9000/", "10.0.0.1", true),
            ("hooks.internal:9000", "https://hooks.internal/", "10.0.0.1", false),
            ("hooks.internal:9000", "https://hooks.internal:9001/", "10.0.0.1", false),
            ("127.0.0.1:9000", "http://127.0.0.1:9000/", "127.0.0.1", true),
            ("127.0.0.1:9000", "http://127.0.0.1:9001/", "127.0.0.1", false),
            ("127.0.0.1:9000", "http://127.0.0.2:9000/", "127.0.0.2", false),
            ("127.0.0.1:9000", "http://localhost:9000/", "127.0.0.1", true),
            ("localhost:9000", "http://localhost:9000/", "::1", true),
            ("localhost:9000", "http://127.0.0.1:9000/", "127.0.0.1", false),
            ("127.0.0.1", "http://127.0.0.1:1234/", "127.0.0.1", true),
            ("10.0.0.0/8", "https://h.example/", "10.255.0.1", true),
            ("10.0.0.0/8", "https://h.example/", "11.0.0.1", true),
            ("10.0.0.0/8", "https://h.example/", "172.16.0.1", false),
            ("10.0.0.0/8", "https://10.1.2.3:5000/", "10.1.2.3", true),
            ("fd00::/8", "https://h.example/", "fd12::1", true),
            ("fd00::/8", "https://h.example/", "fc00::1", false),
            ("[fd00::1]:9000", "https://[fd00::1]:9000/", "fd00::1", true),
            ("fd00::1", "https://[fd00:0::1]:7/", "fd00::1", true),
            ("0.0.0.0/0", "https://h.example:5/", "127.0.0.1", true),
            ("::/0", "https://h.example:5/", "::1", true),
        ])
    func allowing(entry: String, url: String, address: String, isFit: Bool) {
        #expect(Self.permits(url, resolving: [address], allowed: [entry]) == isFit)
    }

    @Test(
        "An entry that is no host, address or block is none",
        arguments: [
            "", "http://h", "h/x", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/08", "::/129", "h:", "h:0",
            "h:99999",
            "a b", "127.1", "0x7f000001", "u@h", "h?x", "*",
        ])
    func entries(text: String) {
        #expect(AllowedTarget(text) == nil)
    }

    @Test("The server's own address is called only when it is listed with its port")
    func ownAddress() {
        let url = "http://203.0.200.1:443/"
        let own = ["203.0.200.1"]
        #expect(Self.permits(url, resolving: ["203.0.200.1"]))
        #expect(!Self.permits(url, resolving: ["203.0.200.1"], own: own, ownPort: 443))
        #expect(Self.permits(url, resolving: ["203.0.200.1"], own: own, ownPort: 444))
        #expect(
            !Self.permits(url, resolving: ["203.0.200.1"], allowed: ["203.0.200.1"], own: own, ownPort: 443))
        #expect(
            Self.permits(
                url, resolving: ["203.0.200.1"], allowed: ["203.0.200.1:443"], own: own, ownPort: 443))
        #expect(OwnAddresses.of(listenHost: "0.0.0.0").contains(.v4(0x7F00_0001)))
        #expect(OwnAddresses.of(listenHost: "192.0.2.1") == [.v4(0xC000_0201)])
    }

    @Test("What is told of a refused name says nothing of its addresses")
    func discretion() throws {
        let addresses = Self.guarding()
        let url = try addresses.read("https://h.example/")
        let refused = #expect(throws: AddressGuard.Refused.self) {
            try addresses.check([.v4(0x0A01_0203)], of: url)
        }
        #expect(refused?.message.contains("10.1.2.3") == false)
        #expect(refused?.isFinal == false)
    }

    @Test(
        "Addresses are read strictly and written so that they read the same",
        arguments: [
            "1.2.3.4", "2001:db8:0:0:0:0:0:1", "0:0:0:0:0:0:0:0", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        ])
    func texts(text: String) {
        #expect(IPAddress(text)?.description == text)
        #expect(IPAddress(text + "%lo") == nil)
        #expect(IPAddress(" " + text) == nil)
    }

    @Test("The system's resolver knows this machine and gives up on what hangs")
    func resolver() async throws {
        let resolver = SystemResolver(timeout: .seconds(60), sleep: { try await Task.sleep(for: $0) })
        let found = try await resolver.addresses(of: "localhost")
        #expect(found.contains(.v4(0x7F00_0001)) || found.contains(.v6(0, 1)))
        let late = LateAnswer()
        late.give(.failure(.timeout))
        late.give(.success([.v4(1)]))
        #expect(await late.wait() == .failure(.timeout))
    }
}
