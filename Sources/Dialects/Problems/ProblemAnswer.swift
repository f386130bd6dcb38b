package import BulkModel
package import Formats

/// Renders a refusal as RFC 9457 problem details whose `errors` name every faulty field.
///
/// Deviation: members of `errors` carry their text twice, as `detail` (RFC 9457's word) and `message` (the other dialects').
package enum ProblemAnswer {
    /// The media type of all refusals.
    package static let mediaType = "application/problem+json"

    /// The whole answer, with `Retry-After` and `WWW-Authenticate` where the status asks for them.
    package static func make(_ refusal: Refusal, requestID: String, headers: [Header] = []) -> Answer {
        var lines = headers
        if let seconds = retryAfter(refusal) { lines.append(Header("Retry-After", String(seconds))) }
        if refusal.code == .unauthenticated {
            // RFC 9110, 15.5.2: "The server generating a 401 response MUST send a WWW-Authenticate header field".
            lines.append(Header("WWW-Authenticate", "Bearer realm=\"breakbulk\""))
        }
        return .json(
            value(refusal, requestID: requestID), status: refusal.code.status, type: mediaType, headers: lines
        )
    }

    /// The body alone.
    package static func value(_ refusal: Refusal, requestID: String) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("type", .string("/problems/\(refusal.code.rawValue)")),
            .init("title", .string(refusal.code.meaning)),
            .init("status", .integer(Int64(refusal.code.status))),
            .init("detail", .string(refusal.message)),
            .init("code", .string(refusal.code.rawValue)),
            .init("request_id", .string(requestID)),
            .init("retryable", .bool(refusal.code.isRetryable)),
        ]
        if let issue = refusal.issue { members.append(.init("issue", .string(issue))) }
        members.append(.init("errors", .array(refusal.details.map(value))))
        return .object(members)
    }

    private static func value(_ detail: Refusal.Detail) -> JSONValue {
        var members: [JSONValue.Member] = []
        if let field = detail.field { members.append(.init("field", .string(field))) }
        members.append(.init("detail", .string(detail.message)))
        members.append(.init("message", .string(detail.message)))
        members.append(.init("code", .string(detail.code.rawValue)))
        guard let position = detail.position else { return .object(members) }
        return .object(members + place(position, detail))
    }

    /// Where in a file a record with a fault stands.
    static func place(_ position: Position, _ detail: Refusal.Detail) -> [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        if position.record > 0 { members.append(.init("record", .integer(Int64(position.record)))) }
        if position.line > 0 { members.append(.init("line", .integer(Int64(position.line)))) }
        members.append(.init("byte", .integer(Int64(position.byte))))
        if let field = detail.field { members.append(.init("column", .string(field))) }
        members.append(.init("retryable", .bool(detail.code.isRetryable)))
        return members
    }

    /// Whole seconds, at least 1 (RFC 9110, 10.2.3); 429 and 503 always say when to come back.
    private static func retryAfter(_ refusal: Refusal) -> Int? {
        if let seconds = refusal.retryAfterSeconds { return max(1, seconds) }
        return refusal.code == .rateLimited || refusal.code == .serviceUnavailable ? 5 : nil
    }
}
