import BulkModel

@testable import Dialects

/// A request of a transcript, read as it stands there: request line, header lines, empty line, body.
struct TranscriptRequest {
    let method: Dialects.Method
    let path: String
    let query: String
    let headers: HeaderFields
    let caller: Caller?
    let body: [UInt8]

    struct Unreadable: Error { var line: String }

    init(_ text: String) throws {
        let parts = text.components(parting: "\n\n")
        var lines = parts.head.split(separator: "\n").map(String.init)
        let words = lines.isEmpty ? [] : lines.removeFirst().split(separator: " ").map(String.init)
        guard words.count == 3, words[2] == "HTTP/1.1", let method = Dialects.Method(rawValue: words[0])
        else {
            throw Unreadable(line: text)
        }
        self.method = method
        let target = words[1].components(parting: "?")
        path = target.head
        query = target.tail
        headers = HeaderFields(
            try lines.map { line in
                let field = line.components(parting: ": ")
                guard !field.tail.isEmpty else { throw Unreadable(line: line) }
                return (field.head, field.tail)
            })
        caller = try headers["authorization"].map(Self.caller)
        body = Array(parts.tail.utf8)
    }

    private static func caller(_ credential: String) throws -> Caller {
        let token = credential.components(parting: "Bearer ").tail.components(parting: ":")
        let scopes = try token.tail.split(separator: ",").map { name in
            guard let scope = Caller.Scope(rawValue: String(name)) else { throw Unreadable(line: credential) }
            return scope
        }
        return Caller(
            credential: token.head, tenant: TenantID(token.head),
            scopes: scopes.isEmpty ? [.admin] : Set(scopes))
    }
}

extension String {
    /// What stands before the first separator and behind it; without one all is before.
    fileprivate func components(parting separator: String) -> (head: String, tail: String) {
        guard let range = firstRange(of: separator) else { return (self, "") }
        return (String(self[..<range.lowerBound]), String(self[range.upperBound...]))
    }
}
