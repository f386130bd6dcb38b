package import BulkModel
import Formats

/// The shape in which an API tells a refusal.
package enum RefusalEnvelope: Sendable {
    /// RFC 9457 problem details.
    case problem
    /// `{"error": {"code", "message", "details"}}` (spec 001).
    case error

    /// The whole answer.
    package func answer(_ refusal: Refusal, requestID: String) -> Answer {
        let problem = ProblemAnswer.make(refusal, requestID: requestID)
        guard case .error = self else { return problem }
        let headers = problem.headers.filter { $0.name.lowercased() != "content-type" }
        return .json(
            .object([.init("error", Self.value(refusal)), .init("request_id", .string(requestID))]),
            status: problem.status, headers: headers)
    }

    /// What stands under `error`.
    static func value(_ refusal: Refusal) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("code", .string(refusal.code.rawValue)), .init("message", .string(refusal.message)),
        ]
        if let issue = refusal.issue { members.append(.init("issue", .string(issue))) }
        members.append(.init("retryable", .bool(refusal.code.isRetryable)))
        members.append(.init("details", .array(refusal.details.map(value))))
        return .object(members)
    }

    /// A faulty field; of a record in a file also where it stands.
    static func value(_ detail: Refusal.Detail) -> JSONValue {
        var members: [JSONValue.Member] = []
        if let field = detail.field { members.append(.init("field", .string(field))) }
        members.append(.init("message", .string(detail.message)))
        members.append(.init("code", .string(detail.code.rawValue)))
        guard let position = detail.position else { return .object(members) }
        return .object(members + ProblemAnswer.place(position, detail))
    }
}
