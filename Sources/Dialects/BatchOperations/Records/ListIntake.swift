import BulkModel
import Engine
import Formats

/// Reads the query of a list of records: `sort`, `limit`, `cursor`, and filters by all other names.
struct ListIntake {
    /// Names of the table's columns.
    let columns: [String]
    let limits: Limits

    /// Parameters that are no filters. A column of such a name is filtered by with a suffix (`limit_in=5`).
    static let ownNames: Set<String> = ["sort", "limit", "cursor"]

    /// What the query asks for; INVALID_REQUEST with every faulty parameter.
    func request(_ query: QueryItems, cursors: RecordCursors) throws(Refusal) -> ListRequest {
        let limit = try query.integer("limit", in: 1...limits.listLimitMax) ?? limits.listLimitDefault
        var filter = SuffixedFilter(columns: columns, limits: limits)
        let items = query.all.filter { !Self.ownNames.contains($0.name) }
        let expression = filter.expression(items)
        var faults = filter.faults
        let sort = sort(query["sort"], &faults)
        guard faults.isEmpty else {
            let names = faults.compactMap(\.field).joined(separator: ", ")
            let message =
                faults.count == 1
                ? "Query parameter \(names): \(faults[0].message)"
                : "The query has faulty parameters: \(names)."
            throw Refusal(.invalidRequest, issue: "invalid_parameter", message, details: faults)
        }
        return ListRequest(
            filter: expression, sort: sort, after: try cursors.read(query["cursor"]), limit: limit)
    }

    /// `-created_at,name`: a minus before those that go down.
    private func sort(_ text: String?, _ faults: inout [Refusal.Detail]) -> [ListRequest.Sort] {
        guard let text else { return [] }
        var terms: [ListRequest.Sort] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let isDescending = part.hasPrefix("-") && !columns.contains(String(part))
            let column = String(isDescending ? part.dropFirst() : part)
            guard columns.contains(column), !terms.contains(where: { $0.column == column }) else {
                let message =
                    "Must be columns of the table between commas, each once, a minus before those that "
                    + "go down: \"\(column)\" is none, or comes twice."
                faults.append(.init(field: "sort", code: .invalidRequest, message: message))
                return []
            }
            terms.append(.init(column: column, isDescending: isDescending))
        }
        return terms
    }
}
