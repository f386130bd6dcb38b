import BulkModel
import Formats
import Planning

extension SelectionMemo {
    private static let version: Int64 = 1

    /// As JSON, from which `init(bytes:)` makes the very same memo.
    var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.value(
            .object([
                .init("version", .integer(Self.version)), .init("request", request.json),
                .init("options", options.json), .init("bound", bound.json),
            ]))
        return writer.bytes
    }

    /// Throws when the bytes are no memo.
    init(bytes: [UInt8]) throws(BooksError) {
        var limits = Limits()
        limits.jsonDepthMax = Self.depthMax
        let value: JSONValue
        do {
            value = try JSONParser.parse(bytes, limits: limits)
        } catch {
            throw BooksError("kept request: \(error.message)")
        }
        guard value["version"] == .integer(Self.version),
            let request = value["request"].flatMap(SelectionRequest.init(json:)),
            let options = value["options"].flatMap(StreamOptions.init(json:)),
            let bound = value["bound"].flatMap(SelectionBound.init(json:))
        else { throw BooksError("kept request: not of version \(Self.version)") }
        self.init(request: request, options: options, bound: bound)
    }

    /// Deeper than any filter (two levels for each of `filterDepthMax`) with any value in it (`jsonDepthMax`).
    private static let depthMax = 512
}

extension StreamOptions {
    fileprivate var json: JSONValue {
        .object([
            .init("chunk_records", .optional(chunkRecords)), .init("errors_max", .optional(errorsMax)),
            .init("records_max", .optional(recordsMax)), .init("dry_run", .bool(isDryRun)),
            .init("runs_on_alone", .bool(runsOnAlone)), .init("limit", .optional(limit)),
        ])
    }

    fileprivate init?(json: JSONValue) {
        guard let isDryRun = json["dry_run"]?.bool, let runsOnAlone = json["runs_on_alone"]?.bool else {
            return nil
        }
        self.init()
        chunkRecords = json["chunk_records"]?.integer.map { Int($0) }
        errorsMax = json["errors_max"]?.integer.map { Int($0) }
        recordsMax = json["records_max"]?.integer.map { Int($0) }
        limit = json["limit"]?.integer.map { Int($0) }
        self.isDryRun = isDryRun
        self.runsOnAlone = runsOnAlone
    }
}

extension SelectionBound {
    fileprivate var json: JSONValue {
        .object([.init("key", lastKey?.json ?? .null), .init("row", lastRow.map { .integer($0) } ?? .null)])
    }

    fileprivate init?(json: JSONValue) {
        guard let key = json["key"], let row = json["row"] else { return nil }
        self.init(lastKey: RecordKey(json: key), lastRow: row.integer)
    }
}

extension RecordKey {
    /// A text with NUL, which JSON texts here may not have, is an array of its bytes.
    fileprivate var json: JSONValue {
        switch self {
        case .integer(let number): .integer(number)
        case .text(let text) where text.utf8.contains(0): .array(text.utf8.map { .integer(Int64($0)) })
        case .text(let text): .string(text)
        }
    }

    fileprivate init?(json: JSONValue) {
        switch json {
        case .integer(let number): self = .integer(number)
        case .string(let text): self = .text(text)
        case .array(let bytes):
            let units = bytes.compactMap { $0.integer.flatMap { UInt8(exactly: $0) } }
            self = .text(String(decoding: units, as: UTF8.self))
        default: return nil
        }
    }
}

extension JSONValue {
    fileprivate static func optional(_ number: Int?) -> JSONValue {
        number.map { .integer(Int64($0)) } ?? .null
    }
}
