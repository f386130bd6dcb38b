import BulkModel

/// What the path of a batch's operation leads to: `/resources`, `/resources/{id}`, `/tables/resources/{id}`, each with or
/// without `/v1` before it.
struct BatchPath: Hashable {
    var table: String
    /// Decoded; nil when the path is the table's. May hold any character, a slash too.
    var record: String?

    /// Why a path leads nowhere.
    struct Fault: Error, Hashable {
        var message: String
    }

    init(_ path: String) throws(Fault) {
        guard path.hasPrefix("/") else {
            throw Fault(message: "Must begin with a slash, such as /resources/res_1.")
        }
        guard !path.utf8.contains(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }) else {
            throw Fault(message: "Must have no query; a ? or # in an id is written %3F or %23.")
        }
        var segments = try Self.segments(path)
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
    }

    private static func segments(_ path: String) throws(Fault) -> [String] {
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
