import BulkModel
import Formats
import Planning

/// What objects say of their outcome, spelled once a result: by the names that its table leaves free.
struct OutcomeMembers: Sendable {
    /// `"_raw":`
    let raw: [UInt8]
    /// `"_record":`
    let record: [UInt8]
    /// Status and action, and `_id` without its value.
    let failed: [UInt8]
    let unprocessed: [UInt8]
    /// At the raw value of each action that is a success; the same as `failed` at the others.
    private let done: [[UInt8]]
    /// The four members of a fault, all null.
    let noFault: [UInt8]
    /// As `noFault`, with the code that an unprocessed record bears when it cannot be read.
    let unread: [ErrorCode: [UInt8]]
    /// The names of these members, each with the comma before it.
    let errorCode: [UInt8]
    let error: [UInt8]
    let column: [UInt8]
    let retryable: [UInt8]

    init(_ names: ResultNames) {
        let keys = names.all.map { Self.key($0) }
        let comma = [UInt8(ascii: ",")]
        let action = comma + keys[2]
        let status = comma + keys[1]
        let identity = comma + keys[3]
        func line(_ state: String, _ done: String) -> [UInt8] {
            [status, Array(state.utf8), action, Array(done.utf8), identity].flatMap(\.self)
        }
        raw = Self.key(names.raw)
        record = keys[0]
        let failed = line("\"error\"", "null")
        self.failed = failed
        unprocessed = line("\"unprocessed\"", "null")
        done = (0...RecordAction.error.rawValue).map { value in
            guard let word = RecordAction(rawValue: value)?.word else { return failed }
            return line("\"success\"", "\"\(word)\"")
        }
        let fault = keys[4...].map { comma + $0 }
        (errorCode, error, column, retryable) = (fault[0], fault[1], fault[2], fault[3])
        noFault = fault.flatMap { $0 + Array("null".utf8) }
        let rest = fault[1...].flatMap { $0 + Array("null".utf8) }
        unread = [ErrorCode.malformedRecord, .recordTooLarge].reduce(into: [:]) { unread, code in
            unread[code] = fault[0] + Array("\"\(code.rawValue)\"".utf8) + rest
        }
    }

    /// `"name":`
    private static func key(_ name: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.string(name)
        writer.literal(":")
        return writer.bytes
    }

    func done(_ action: RecordAction) -> [UInt8] { done[Int(action.rawValue)] }
}
