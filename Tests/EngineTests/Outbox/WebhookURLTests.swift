import Testing

@testable import Engine

@Suite("Addresses of webhooks")
struct WebhookURLTests {
    @Test(
        "A plain address is read into its parts",
        arguments: [
            ("https://hooks.example.com", "https", "hooks.example.com", 443, "/"),
            ("HTTPS://Hooks.Example.COM/a/b?x=1&y=%20", "https", "hooks.example.com", 443, "/a/b?x=1&y=%20"),
            ("http://h:8080?x", "http", "h", 8080, "/?x"), ("https://1.2.3.4:1/", "https", "1.2.3.4", 1, "/"),
            ("https://[2001:DB8::1]:9/x", "https", "2001:db8::1", 9, "/x"),
            ("https://[::ffff:1.2.3.4]", "https", "::ffff:1.2.3.4", 443, "/"),
            ("https://a_b.example/", "https", "a_b.example", 443, "/"),
            ("https://xn--bcher-kva.example/", "https", "xn--bcher-kva.example", 443, "/"),
        ])
    func plain(text: String, scheme: String, host: String, port: Int, target: String) throws {
        let url = try WebhookURL(text, bytesMax: 2048)
        #expect(url.scheme == scheme)
        #expect(url.host == host)
        #expect(url.port == port)
        #expect(url.target == target)
    }

    @Test(
        "What two readers could understand differently is refused",
        arguments: [
            "", "hooks.example.com", "//hooks.example.com", "ftp://hooks.example.com", "https://",
            "https:///x",
            "file:///etc/passwd", "gopher://h/", "javascript:alert(1)", "https://user@h/", "https://u:p@h/",
            "https://h@evil.example/", "https://h\\@evil.example/", "https://h/\\x", "https://h /",
            "https://h/\r\nx",
            "https://h/\u{0}", "https://h:0/", "https://h:65536/", "https://h:/", "https://h:+80/",
            "https://h:8o/",
            "https://h#f", "https://h/#f", "https://.h/", "https://h./", "https://a..b/", "https://-h/",
            "https://h-/", "https://h%00.example/", "https://%31%32%37.0.0.1/", "https://bücher.example/",
            "https://h\u{3002}example/", "https://\u{2460}.example/", "https://[::1/", "https://[::1]x/",
            "https://[fe80::1%25eth0]/", "https://[h]/", "https://[1.2.3.4]/",
        ])
    func strict(text: String) {
        #expect(throws: WebhookURL.Fault.self) { try WebhookURL(text, bytesMax: 2048) }
    }

    @Test(
        "A host that looks like a number must be four plain decimal parts",
        arguments: [
            "2130706433", "0x7f000001", "0x7f.1", "017700000001", "127.1", "127.0.1", "0177.0.0.1",
            "127.0.0.01",
            "127.0.0.256", "1.2.3.4.5", "0x7f.0.0.0x1", "a.1", "a.0x", "1.2.3.0x4", "00.0.0.0", "4294967296",
            "1.2.3.-4",
        ])
    func numeric(host: String) {
        #expect(throws: WebhookURL.Fault.self) { try WebhookURL("https://\(host)/", bytesMax: 2048) }
    }

    @Test("An address over the limit is refused")
    func tooLong() {
        let text = "https://h/" + String(repeating: "x", count: 2048)
        #expect(throws: WebhookURL.Fault.self) { try WebhookURL(text, bytesMax: 2048) }
    }

    @Test("What is shown of an address lacks the query, and what is none is not shown at all")
    func shown() {
        #expect(WebhookURL.shown("https://H.example:443/a?token=s", bytesMax: 99) == "https://h.example/a")
        #expect(WebhookURL.shown("http://h:443/a", bytesMax: 99) == "http://h:443/a")
        #expect(WebhookURL.shown("https://u:p@h/a", bytesMax: 99).isEmpty)
    }

    @Test(
        "Header lines that are ours or change the message are refused",
        arguments: [
            ("X-Webhook-Secret", "s", true), ("Authorization", "Bearer x", true), ("x", "", true),
            ("Host", "h", false), ("content-length", "1", false), ("Content-Type", "x", false),
            ("Transfer-Encoding", "chunked", false), ("Connection", "close", false),
            ("Webhook-Id", "x", false), ("proxy-authorization", "x", false), ("X-A", "a\r\nHost: b", false),
            ("X-A", "a\nb", false), ("X-A\r\nHost", "b", false), ("X A", "b", false), ("", "b", false),
            ("X-A:", "b", false), ("X-A", "\u{0}", false), ("X-A", String(repeating: "b", count: 100), false),
        ])
    func headers(name: String, value: String, isFit: Bool) {
        #expect((WebhookHeaders.fault(name: name, value: value, bytesMax: 64) == nil) == isFit)
    }
}
