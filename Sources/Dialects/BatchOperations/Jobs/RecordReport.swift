import BulkModel
import Engine
import Formats
import Planning

/// Renders what became of one record of a job.
enum RecordReport {
    static func value(_ outcome: RecordOutcome) -> JSONValue {
        var members: [JSONValue.Member] = [.init("record", .integer(Int64(outcome.record)))]
        if let line = outcome.fault?.position.line, line > 0 {
            members.append(.init("line", .integer(Int64(line))))
        }
        members.append(.init("status", .string(status(outcome.action))))
        members.append(.init("action", outcome.action?.word.map(JSONValue.string) ?? .null))
        members.append(.init("id", outcome.key.map(id) ?? .null))
        if let fault = outcome.fault { members.append(.init("error", error(fault))) }
        return .object(members)
    }

    private static func status(_ action: RecordAction?) -> String {
        switch action {
        case nil: "unprocessed"
        case .error?: "failed"
        case .created?, .updated?, .unchanged?, .deleted?: "success"
        }
    }

    private static func id(_ key: RecordKey) -> JSONValue {
        switch key {
        case .integer(let number): .integer(number)
        // What nobody knows is kept as the empty text.
        case .text(let text): text.isEmpty ? .null : .string(text)
        }
    }

    private static func error(_ fault: Fault) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("code", .string(fault.code.rawValue)), .init("message", .string(fault.message)),
        ]
        if let issue = fault.issue { members.append(.init("issue", .string(issue))) }
        if let column = fault.column { members.append(.init("field", .string(column))) }
        members.append(.init("retryable", .bool(fault.code.isRetryable)))
        return .object(members)
    }
}
