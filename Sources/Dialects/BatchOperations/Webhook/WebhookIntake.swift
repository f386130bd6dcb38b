package import BulkModel
import Engine
import Formats

/// Reads whom to tell of a job's end, from `webhook` or `notification_webhook` of a request.
package struct WebhookIntake: Sendable {
    private let limits: Limits
    private let seal: @Sendable ([UInt8]) -> [UInt8]

    /// `seal` makes a caller's secret unreadable without the server's root secret.
    package init(limits: Limits = Limits(), seal: @escaping @Sendable ([UInt8]) -> [UInt8]) {
        self.limits = limits
        self.seal = seal
    }

    /// The target that the member of that name asks for: an address, or `{url, events, headers, secret}`. Nil when it is
    /// faulty, which is noted in `fields`.
    ///
    /// An address is looked at for its spelling only; whether it may be called is known when it is.
    func target(_ value: JSONValue, _ name: String, _ fields: inout FieldReader) -> WebhookTarget? {
        if let url = value.string {
            if let message = faultOfURL(url) { fields.fault(name, message) }
            return WebhookTarget(url: url)
        }
        guard var members = FieldReader(value, path: name + ".") else {
            fields.fault(name, "Must be an address, or an object with url, events, headers, secret.")
            return nil
        }
        let url = members.requiredText("url", bytesMax: limits.webhookURLBytesMax)
        if let url, let message = faultOfURL(url) { members.fault("url", message) }
        let target = WebhookTarget(
            url: url ?? "", events: events(&members), headers: headers(&members),
            sealedSecret: secret(&members))
        members.refuseOthers()
        for fault in members.faults { fields.fault(fault.field ?? name, fault.message, fault.code) }
        return members.faults.isEmpty ? target : nil
    }

    private func faultOfURL(_ text: String) -> String? {
        do throws(WebhookURL.Fault) {
            _ = try WebhookURL(text, bytesMax: limits.webhookURLBytesMax)
            return nil
        } catch {
            return error.message
        }
    }

    /// Names as the events have them, too: `import.completed`, `batch_failed`.
    private func events(_ members: inout FieldReader) -> Set<String> {
        guard let value = members.value("events") else { return [] }
        var events: Set<String> = []
        for name in value.array ?? [nil] {
            guard let event = name.string.flatMap(Self.event) else {
                members.fault("events", "Must be an array of completed, failed.")
                return []
            }
            events.insert(event)
        }
        return events
    }

    private static func event(_ name: String) -> String? {
        let kinds = JobOptions.Noun.allCases.flatMap { [$0.rawValue + ".", $0.rawValue + "_"] }
        let end = kinds.first(where: name.hasPrefix).map { String(name.dropFirst($0.count)) } ?? name
        return ["completed", "failed"].contains(end) ? end : nil
    }

    private func headers(_ members: inout FieldReader) -> [WebhookTarget.HeaderLine] {
        guard let value = members.value("headers") else { return [] }
        guard case .object(let lines) = value else {
            members.fault("headers", "Must be an object of names and texts.")
            return []
        }
        guard lines.count <= limits.webhookHeadersMax else {
            members.fault("headers", "Must be at most \(limits.webhookHeadersMax) lines.")
            return []
        }
        var names: Set<String> = []
        return lines.map { line in
            if let message = fault(of: line) {
                members.fault("headers.\(line.name)", message)
            } else if !names.insert(line.name.lowercased()).inserted {
                members.fault("headers.\(line.name)", "The name comes twice, in other letters.")
            }
            return WebhookTarget.HeaderLine(name: line.name, value: line.value.string ?? "")
        }
    }

    private func fault(of line: JSONValue.Member) -> String? {
        guard let value = line.value.string else { return "Must be a text." }
        guard !line.name.isEmpty, line.name.utf8.allSatisfy(Self.nameBytes.contains) else {
            return "Is no name of a header line (RFC 9110, 5.1)."
        }
        let name = line.name.lowercased()
        guard !Self.ownNames.contains(name), !Self.ownPrefixes.contains(where: name.hasPrefix) else {
            return "Is set by the server; leave it out."
        }
        guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
            return "Must be without line ends and other control characters."
        }
        guard line.name.utf8.count + value.utf8.count <= limits.webhookHeaderBytesMax else {
            return "Must be at most \(limits.webhookHeaderBytesMax) bytes with its name."
        }
        return nil
    }

    private func secret(_ members: inout FieldReader) -> [UInt8]? {
        guard let text = members.text("secret", bytesMax: Self.secretBytesMax) else { return nil }
        if text.hasPrefix(Self.keyPrefix), !Self.isKey(text.dropFirst(Self.keyPrefix.count)) {
            members.fault(
                "secret",
                "Behind whsec_ must stand 24 to 64 bytes in base64; any other text is taken as it is.")
            return nil
        }
        // Standard Webhooks 1.0.0, "Signature scheme": a key of 24 to 64 bytes; a shorter one can be guessed.
        guard text.utf8.count >= Self.secretBytesMin else {
            members.fault("secret", "Must be at least \(Self.secretBytesMin) bytes long.")
            return nil
        }
        return seal(Array(text.utf8))
    }

    /// Base64 (RFC 4648, 4) of as many bytes as Standard Webhooks wants.
    private static func isKey(_ text: Substring) -> Bool {
        let digits = text.utf8.prefix { $0 != UInt8(ascii: "=") }
        let padding = text.utf8.count - digits.count
        guard text.utf8.count.isMultiple(of: 4), padding <= 2, digits.allSatisfy(base64Digits.contains),
            text.utf8.suffix(padding).allSatisfy({ $0 == UInt8(ascii: "=") }),
            let last = digits.last.flatMap({ base64Digits.firstIndex(of: $0) })
        else { return false }
        // Bits of the last digit that belong to no byte must be zero (RFC 4648, 3.5), or whoever signs refuses the key.
        guard last.isMultiple(of: 1 << (2 * padding)) else { return false }
        return (24...64).contains(text.utf8.count / 4 * 3 - padding)
    }

    private static let secretBytesMax = 256
    private static let secretBytesMin = 24
    private static let keyPrefix = "whsec_"
    private static let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    /// Each at the place of its value.
    private static let base64Digits = Array((letters + "+/").utf8)
    private static let nameBytes = Set((letters + "!#$%&'*+-.^_`|~").utf8)
    /// What says where the request goes, how long it is and who signed it.
    private static let ownNames: Set<String> = [
        "host", "connection", "transfer-encoding", "keep-alive", "te", "trailer", "upgrade", "expect",
    ]
    private static let ownPrefixes = ["content-", "webhook-", "proxy-"]
}
