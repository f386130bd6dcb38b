package import BulkModel
package import Formats

/// Holds a list request against its table, noting everything that is wrong with it.
package struct RecordQueryBuilder {
    private let target: RecordTarget
    private let limits: Limits
    private var faults = SelectionFaults()
    private var order: [RecordQuery.Term] = []

    package init(_ target: RecordTarget, limits: Limits) {
        self.target = target
        self.limits = limits
    }

    /// Sorts by the column, behind those that were added before.
    package mutating func sort(by name: String, isDescending: Bool) {
        let names = ColumnNames(target.table)
        guard let column = names.column(name) else {
            return faults.add("unknown_columns", field: "sort", .unknownColumn, names.unknownMessage(name))
        }
        guard !order.contains(where: { $0.column.name == column.name }) else {
            return faults.add(
                "repeated_columns", field: "sort", .invalidRequest,
                "Column \"\(column.name)\" is given more than once in `sort`; leave one.")
        }
        switch column.type {
        case .json, .blob:
            faults.add(
                "sort_not_possible", field: "sort", .invalidRequest,
                "Column \"\(column.name)\" (\(column.declaredType)) has no order to sort by.")
        case .integer, .real, .decimal, .boolean, .date, .timestamp, .time, .uuid, .text, .any:
            order.append(RecordQuery.Term(column: column, isDescending: isDescending))
        }
    }

    /// The query; the key ends the order, in the direction of the column before it. Throws INVALID_REQUEST with every faulty
    /// name and value, and for a place that does not belong to this order.
    package consuming func query(
        _ filter: FilterExpression, after: [JSONValue]?, limit: Int
    ) throws(Refusal) -> RecordQuery {
        var builder = ConditionBuilder(
            names: ColumnNames(target.table), tenant: target.tenant, limits: limits, faults: faults)
        let condition = builder.condition(filter)
        try builder.faults.throwIfAny()
        if !order.contains(where: { $0.column.name == target.key.name }) {
            let isDescending = order.last?.isDescending ?? false
            order.append(RecordQuery.Term(column: target.key, isDescending: isDescending))
        }
        var place: [ConditionValue?]?
        if let after { place = try ListPlace.values(after, order) }
        return RecordQuery(
            target: target, condition: condition, order: order, after: place, limit: limit)
    }
}
