import BulkModel
import Engine
import Formats

/// Reads the body of `POST /v1/batch` (spec 001); strict, and names all faults at once.
struct BatchIntake {
    let limits: Limits
    let lists: RecordLists
    private(set) var faults: [Refusal.Detail] = []

    /// Bytes of an operation's path.
    private static let pathBytesMax = 4096

    /// What of an operation goes back to the caller when it fails: the spec's client sends it again as it is.
    struct Original: Sendable {
        var method: String
        var path: String
        /// As sent; nil when there was none.
        var body: JSONValue?
    }

    init(limits: Limits, lists: RecordLists) {
        self.limits = limits
        self.lists = lists
    }

    /// What the `operations` ask for; nil when there is none of them. PAYLOAD_TOO_LARGE for more than a batch takes.
    mutating func operations(
        _ value: JSONValue?
    ) throws(Refusal) -> [(operation: BatchOperation, original: Original)] {
        guard let value, value != .null else {
            fault("operations", "Is required.", .missingValue)
            return []
        }
        guard let list = value.array, !list.isEmpty else {
            fault("operations", "Must be an array with at least one operation.")
            return []
        }
        try checkSize(list)
        var read: [(BatchOperation, Original)] = []
        read.reserveCapacity(list.count)
        for (index, value) in list.enumerated() {
            if let one = operation(value, index) { read.append(one) }
        }
        return read
    }

    /// The bounds of the spec's "Batch Size Guidelines", of each kind by itself.
    private func checkSize(_ list: [JSONValue]) throws(Refusal) {
        var writes = 0
        var deletes = 0
        var reads = 0
        for value in list {
            switch value["method"]?.string {
            case "DELETE": deletes += 1
            case "GET": reads += 1
            default: writes += 1
            }
        }
        let kinds = [
            ("create and update", writes, limits.batchWritesMax), ("delete", deletes, limits.batchDeletesMax),
            ("query", reads, limits.batchReadsMax),
        ]
        let over = kinds.filter { $0.1 > $0.2 }
        guard !over.isEmpty else { return }
        let messages = over.map { "\($0.1) \($0.0) operations are over the \($0.2) that a batch takes" }
        throw Refusal(
            .payloadTooLarge, issue: "batch_size",
            messages.joined(separator: ", ") + "; send several batches.",
            details: messages.map { .init(field: "operations", code: .payloadTooLarge, message: $0 + ".") })
    }

    private mutating func operation(_ value: JSONValue, _ index: Int) -> (BatchOperation, Original)? {
        let place = "operations.\(index)"
        guard var fields = FieldReader(value, path: place + ".") else {
            fault(place, "Must be an object with method and path.")
            return nil
        }
        let id = fields.text("id", bytesMax: BatchOperation.idBytesMax) ?? "op\(index + 1)"
        let method = method(&fields)
        let text = fields.requiredText("path", bytesMax: Self.pathBytesMax)
        let path = text.flatMap { Self.path($0, &fields) }
        let body = body(&fields, method)
        let dependsOn = Self.dependsOn(&fields)
        if let method, let path { Self.check(method, goesWith: path, &fields) }
        fields.refuseOthers()
        take(fields.faults)
        guard fields.faults.isEmpty, let method, let path, let text else { return nil }
        let isList = method == .get && path.record == nil
        let operation = BatchOperation(
            id: id, kind: isList ? .list : method.kind, table: path.table, record: path.record,
            body: body ?? [], list: isList ? lists.reading(of: path.table, path.query ?? QueryItems()) : nil,
            dependsOn: dependsOn)
        return (operation, Original(method: method.rawValue, path: text, body: value["body"]))
    }

    private func method(_ fields: inout FieldReader) -> BatchMethod? {
        guard fields.value("method") != nil else {
            fields.fault("method", "Is required.", .missingValue)
            return nil
        }
        return fields.choice("method", of: BatchMethod.choices)
    }

    private static func path(_ text: String, _ fields: inout FieldReader) -> BatchPath? {
        do throws(BatchPath.Fault) {
            return try BatchPath(text)
        } catch {
            fields.fault("path", error.message)
            return nil
        }
    }

    private func body(_ fields: inout FieldReader, _ method: BatchMethod?) -> [JSONValue.Member]? {
        let value = fields.value("body")
        guard let method else { return nil }
        guard method.takesBody else {
            if value != nil { fields.fault("body", "Does not go with \(method.rawValue).", .invalidRequest) }
            return nil
        }
        guard let value else {
            fields.fault("body", "Is required: the record's columns and their values.", .missingValue)
            return nil
        }
        guard case .object(let members) = value else {
            fields.fault("body", "Must be an object of columns and their values.")
            return nil
        }
        return members
    }

    private static func dependsOn(_ fields: inout FieldReader) -> [String] {
        guard let value = fields.value("depends_on") else { return [] }
        let ids = value.array?.compactMap(\.string) ?? []
        guard let list = value.array, ids.count == list.count else {
            fields.fault("depends_on", "Must be an array of ids of operations before this one.")
            return []
        }
        return ids
    }

    private static func check(
        _ method: BatchMethod, goesWith path: BatchPath, _ fields: inout FieldReader
    ) {
        switch (method, path.record) {
        case (.post, .some): fields.fault("path", "POST goes to the table: /\(path.table), without an id.")
        case (.get, nil): break
        case (.patch, nil), (.put, nil), (.delete, nil):
            fields.fault("path", "\(method.rawValue) needs the record's id: /\(path.table)/{id}.")
        case _ where path.query != nil:
            fields.fault("path", "Only a list has a query; a ? in an id is written %3F.")
        default: break
        }
    }

    /// Notes what is wrong with the request, up to as much as an answer lists.
    mutating func take(_ others: [Refusal.Detail]) {
        faults += others.prefix(max(0, limits.detailsMax - faults.count))
    }

    private mutating func fault(_ field: String, _ message: String, _ code: ErrorCode = .invalidValue) {
        take([Refusal.Detail(field: field, code: code, message: message)])
    }
}
