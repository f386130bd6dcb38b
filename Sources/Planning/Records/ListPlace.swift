import BulkModel
package import Formats

/// Where a page of a list ends, in a form that can be sent to the caller and back.
package enum ListPlace {
    /// The place of the row (from 0): its values of the order's columns.
    package static func of(_ row: Int, in rows: RowSet, _ order: [RecordQuery.Term]) -> [JSONValue] {
        order.map { term in
            guard let column = rows.columns.firstIndex(where: { $0.name == term.column.name }) else {
                return .null
            }
            switch rows.values[row * rows.columns.count + column] {
            case .absent, .null, .blob: return .null
            case .integer(let number): return .integer(number)
            // In quotes, because JSON has no infinities.
            case .real(let number): return .array([.string("\(number)")])
            case .text(let start, let length):
                let text = rows.bytes[Int(start)..<Int(start) + Int(length)]
                return .string(String(decoding: text, as: UTF8.self))
            }
        }
    }

    /// The values of a place; INVALID_REQUEST when they are not of this order.
    static func values(
        _ place: [JSONValue], _ order: [RecordQuery.Term]
    ) throws(Refusal) -> [ConditionValue?] {
        guard place.count == order.count else { throw stale }
        var values: [ConditionValue?] = []
        for value in place {
            switch value {
            case .null: values.append(nil)
            case .integer(let number): values.append(.integer(number))
            case .string(let text): values.append(.text(text))
            case .array(let parts):
                guard let number = parts.first?.string.flatMap({ Double($0) }) else { throw stale }
                values.append(.real(number))
            case .bool, .number, .object: throw stale
            }
        }
        return values
    }

    private static let stale = Refusal(
        .invalidRequest, issue: "other_request",
        "The cursor belongs to a list with another order; ask for the first page again.",
        details: [
            Refusal.Detail(
                field: "cursor", code: .invalidRequest,
                message: "The cursor does not belong to this table and order.")
        ])
}
