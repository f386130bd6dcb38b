import BulkModel
import Formats

/// What the `type` of a problem leads to: the meaning of its code, also without a network (RFC 9457, 3.1.1).
package struct ProblemPages: Dialect {
    package init() {}

    package var routes: [Route] {
        [
            Route(.get, "/problems", needsCredential: false) { call throws(Refusal) in
                try call.query.check(known: [])
                return .json(.array(ErrorCode.allCases.map(Self.value)))
            },
            Route(.get, "/problems/{code}", needsCredential: false) { call throws(Refusal) in
                try call.query.check(known: [])
                guard let code = ErrorCode(rawValue: try call.parameter("code")) else {
                    throw Refusal(.notFound, "There is no such code; GET /problems lists them.")
                }
                return .json(Self.value(code))
            },
        ]
    }

    private static func value(_ code: ErrorCode) -> JSONValue {
        [
            "type": .string("/problems/\(code.rawValue)"), "code": .string(code.rawValue),
            "title": .string(code.meaning), "status": .integer(Int64(code.status)),
            "retryable": .bool(code.isRetryable),
        ]
    }
}
