import BulkModel

/// What the path of a batch's operation leads to: `/resources`, `/resources/{id}`, `/tables/resources/{id}`, each with or
/// without `/v1` before it; behind the table's a list's parameters may stand.
struct BatchPath: Hashable {
    var table: String
    /// Decoded; nil when the path is the table's. May hold any character, a slash too.
    var record: String?
    /// What stands behind `?`; nil when there is none.
    var query: QueryItems?

    /// Why a path leads nowhere.
    struct Fault: Error, Hashable {
        var message: String
    }

    init(_ path: String) throws(Fault) {
        guard path.hasPrefix("/") else {
            throw Fault(message: "Must begin with a slash, such as /resources/res_1.")
        }
        guard !path.utf8.contains(UInt8(ascii: "#")) else {
            throw Fault(message: "Must have no fragment; a # in an id is written %23.")
        }
        let parts = path.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var segments = try Self.segments(parts[0])
        if segments.first == "v1" { segments.removeFirst() }
        let isNamed = segments.first == "tables"
        if isNamed { segments.removeFirst() }
        guard let table = segments.first, segments.count <= 2 else {
            throw Fault(message: "Must be /{table} or /{table}/{id}; a slash in an id is written %2F.")
        }
        guard isNamed || !ServerWords.all.contains(table) else {
            throw Fault(
                message: "`\(table)` is a word of the server, not for batches; a table of that name is "
                    + "/tables/\(table).")
        }
        self.table = table
        record = segments.count == 2 ? segments[1] : nil
        query = parts.count > 1 ? try Self.query(parts[1]) : nil
    }

    private static func query(_ text: Substring) throws(Fault) -> QueryItems {
        do throws(Refusal) { return try QueryItems(parsing: text) } catch {
            throw Fault(message: error.message)
        }
    }

    private static func segments(_ path: Substring) throws(Fault) -> [String] {
        var segments: [String] = []
        for part in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let text = PercentDecoding.decode(part.utf8, plusIsSpace: false) else {
                throw Fault(message: "Must be percent-encoded UTF-8.")
            }
            guard !text.isEmpty, text != ".", text != ".." else {
                throw Fault(message: "Must have no empty segments and none that is \".\" or \"..\".")
            }
            segments.append(text)
        }
        return segments
    }
}
