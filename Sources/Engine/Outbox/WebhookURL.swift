/// The address of a webhook, read strictly: what two readers could understand differently is refused.
///
/// Only ASCII, no user info, no fragment, no percent signs or backslashes in the host, no dot at its end. A host that looks
/// like a number must be four plain decimal parts, because resolvers take `0x7f.1`, `017700000001` and `127.1` as well
/// (inet_aton(3)).
package struct WebhookURL: Hashable, Sendable {
    /// `https` or `http`.
    package let scheme: String
    /// In lower case, without brackets.
    package let host: String
    /// The one in the address, else the scheme's.
    package let port: Int
    /// Path and query, as they are sent.
    package let target: String

    /// Why an address cannot be used; says what to do.
    package struct Fault: Error, Hashable, Sendable {
        package var message: String
    }

    /// Reads an address such as `https://hooks.example.com/jobs?x=1`.
    package init(_ text: String, bytesMax: Int) throws(Fault) {
        guard text.utf8.count <= bytesMax else { throw Fault(message: "Must be at most \(bytesMax) bytes.") }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) else {
            throw Fault(message: "Must be plain ASCII without spaces or backslashes; encode what is not.")
        }
        guard let end = text.firstRange(of: "://")?.lowerBound else {
            throw Fault(message: "Must be an address such as https://hooks.example.com/jobs.")
        }
        scheme = text[..<end].lowercased()
        guard scheme == "https" || scheme == "http" else { throw Fault(message: "Must begin with https://.") }
        let rest = text[text.index(end, offsetBy: 3)...]
        guard !rest.contains("#") else { throw Fault(message: "Must be without a fragment (#).") }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@") else {
            throw Fault(message: "Must be without user and password; send a header instead.")
        }
        let tail = rest[authority.endIndex...]
        target = tail.hasPrefix("/") ? String(tail) : "/\(tail)"
        let (host, digits) = try Self.split(authority)
        self.host = host
        port =
            try digits.map { (digits) throws(Fault) in try Self.port(digits) }
            ?? (scheme == "https" ? 443 : 80)
    }

    /// The address for logs and lists: without the query, which may hold a secret.
    package var shown: String { "\(scheme)://\(authority)\(target.prefix { $0 != "?" })" }

    /// Host and port as they stand in an address, without the scheme's own port.
    package var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (scheme == "https" ? 443 : 80) ? name : "\(name):\(port)"
    }

    /// `shown` of any text; empty for what is no address.
    package static func shown(_ text: String, bytesMax: Int) -> String {
        do {
            return try WebhookURL(text, bytesMax: bytesMax).shown
        } catch {
            return ""
        }
    }

    private static func split(_ authority: Substring) throws(Fault) -> (host: String, port: Substring?) {
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else {
                throw Fault(message: "The host lacks its ].")
            }
            let inner = authority[authority.index(after: authority.startIndex)..<end]
            guard inner.contains(":"), inner.utf8.allSatisfy(isAddressByte) else {
                throw Fault(message: "The brackets must hold an IPv6 address without a zone.")
            }
            let rest = authority[authority.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { throw Fault(message: "The port is faulty.") }
            return (inner.lowercased(), rest.isEmpty ? nil : rest.dropFirst())
        }
        let parts = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let host = parts[0].lowercased()
        try check(name: host)
        return (host, parts.count > 1 ? parts[1] : nil)
    }

    private static func port(_ digits: Substring) throws(Fault) -> Int {
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = UInt16(digits), port > 0
        else { throw Fault(message: "The port must be a number from 1 to 65535.") }
        return Int(port)
    }

    /// RFC 1123, 2.1, and the underscore that some hosts have.
    private static func check(name: String) throws(Fault) {
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        let isName = labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.utf8.allSatisfy(isNameByte) && !label.hasPrefix("-")
                && !label.hasSuffix("-")
        }
        guard isName, name.utf8.count <= 253 else {
            throw Fault(message: "The host is no name (letters, digits, hyphens and single dots inside).")
        }
        guard let last = labels.last, looksNumeric(last) else { return }
        let isPlain =
            labels.count == 4
            && labels.allSatisfy { label in
                label.utf8.allSatisfy { (0x30...0x39).contains($0) } && UInt8(label) != nil
                    && (label == "0" || !label.hasPrefix("0"))
            }
        guard isPlain else { throw Fault(message: "A numeric host must be four plain decimal numbers.") }
    }

    /// All digits, or hexadecimal with its prefix (WHATWG URL, "ends in a number").
    private static func looksNumeric(_ label: Substring) -> Bool {
        if label.utf8.allSatisfy({ (0x30...0x39).contains($0) }) { return true }
        guard label.hasPrefix("0x") else { return false }
        return label.dropFirst(2).utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "_")
    }

    private static func isAddressByte(_ byte: UInt8) -> Bool {
        (0x30...0x3A).contains(byte) || (0x61...0x66).contains(byte) || (0x41...0x46).contains(byte)
            || byte == UInt8(ascii: ".")
    }
}
