import BulkModel
import Formats

/// Holds a filter against its table, noting everything that is wrong with it.
struct ConditionBuilder {
    let names: ColumnNames
    let tenant: Plan.Tenant?
    let limits: Limits
    var faults: SelectionFaults

    /// Stands for a term that was refused; the condition it is in is never used.
    private static let refused = Condition.any([])

    /// The filter as a condition, of use only while there are no faults.
    mutating func condition(_ expression: FilterExpression) -> Condition {
        let size = FilterSize(expression)
        if size.depth > limits.filterDepthMax {
            faults.add(
                "filter_too_deep", field: "filters", .invalidRequest,
                "The filter nests and, or and not deeper than \(limits.filterDepthMax) levels; make it flatter."
            )
        }
        if size.termCount > limits.filterTermsMax {
            faults.add(
                "filter_too_long", field: "filters", .invalidRequest,
                "The filter has \(size.termCount) terms, more than \(limits.filterTermsMax); use `in` or several requests."
            )
        }
        guard size.depth <= limits.filterDepthMax, size.termCount <= limits.filterTermsMax else {
            return Self.refused
        }
        return convert(expression)
    }

    private mutating func convert(_ expression: FilterExpression) -> Condition {
        switch expression {
        case .all(let parts): return parts.count == 1 ? convert(parts[0]) : .all(converted(parts))
        case .any(let parts): return parts.count == 1 ? convert(parts[0]) : .any(converted(parts))
        case .not(let part): return .not(convert(part))
        case .term(let term): return convert(term)
        }
    }

    private mutating func converted(_ parts: [FilterExpression]) -> [Condition] {
        var conditions: [Condition] = []
        for part in parts { conditions.append(convert(part)) }
        return conditions
    }

    private mutating func convert(_ term: FilterExpression.Term) -> Condition {
        guard let column = names.column(term.column) else {
            faults.addUnknown(term.column, field: term.place, names)
            return Self.refused
        }
        if let tenant, column.name == tenant.column { return convert(term, tenant) }
        if let reason = term.test.refusal(for: column) {
            return refuse("filter_not_possible", term, .invalidRequest, reason)
        }
        switch (term.test, term.value) {
        case (.isNull, .bool(let wanted)):
            return wanted ? .isNull(column: column) : .not(.isNull(column: column))
        case (.isNull, _): return refuse(term, "`isNull` takes true or false.")
        case (.eq, .null): return .isNull(column: column)
        case (.ne, .null): return .not(.isNull(column: column))
        case (.among, .array(let values)): return among(values, column, term)
        case (.among, _): return refuse(term, "`in` takes an array of values.")
        case (.like, .string(let pattern)):
            return .compare(column: column, .like, .text(pattern))
        case (.like, _): return refuse(term, "`like` takes a text.")
        case (let test, let value): return compare(column, test.comparison, value, term)
        }
    }

    private mutating func compare(
        _ column: ColumnDescription, _ comparison: Condition.Comparison, _ value: JSONValue,
        _ term: FilterExpression.Term
    ) -> Condition {
        switch OperandReader(column).read(value) {
        case .value(let value): return .compare(column: column, comparison, value)
        case .null: return refuse(term, "`\(term.test.rawValue)` takes no null; use `isNull`.")
        case .refused(let reason): return refuse(term, "Column \"\(column.name)\": \(reason).")
        }
    }

    private mutating func among(
        _ values: [JSONValue], _ column: ColumnDescription, _ term: FilterExpression.Term
    ) -> Condition {
        guard values.count <= limits.recordIDsMax else {
            let message =
                "`in` has \(values.count) values, more than \(limits.recordIDsMax); send several requests."
            return refuse("filter_too_long", term, .invalidRequest, message)
        }
        let reader = OperandReader(column)
        var known: [ConditionValue] = []
        var hasNull = false
        for (index, value) in values.enumerated() {
            switch reader.read(value) {
            case .value(let value): known.append(value)
            case .null: hasNull = true
            case .refused(let reason):
                faults.add(
                    "invalid_filter", field: "\(term.place).\(index)", .invalidValue,
                    "Column \"\(column.name)\": \(reason).")
            }
        }
        let equal = known.isEmpty ? Condition.any([]) : .among(column: column, known)
        guard hasNull else { return equal }
        return known.isEmpty ? .isNull(column: column) : .any([equal, .isNull(column: column)])
    }

    /// Every selection is confined to the caller's tenant anyway, so naming it asks for nothing more.
    private mutating func convert(_ term: FilterExpression.Term, _ tenant: Plan.Tenant) -> Condition {
        let values: [JSONValue]
        switch (term.test, term.value) {
        case (.among, .array(let several)): values = several
        case (.eq, let value): values = [value]
        default: values = []
        }
        var bytes: [UInt8] = []
        let areOwn = values.allSatisfy { value in
            bytes.removeAll(keepingCapacity: true)
            return value.field(in: &bytes).kind != .null && bytes.elementsEqual(tenant.value.text.utf8)
        }
        if areOwn, !values.isEmpty { return .all([]) }
        return refuse(
            "foreign_tenant", term, .forbidden,
            "Only the caller's own records are selected; leave column \"\(tenant.column)\" out.")
    }

    private mutating func refuse(_ term: FilterExpression.Term, _ message: String) -> Condition {
        refuse("invalid_filter", term, .invalidValue, message)
    }

    private mutating func refuse(
        _ issue: String, _ term: FilterExpression.Term, _ code: ErrorCode, _ message: String
    ) -> Condition {
        faults.add(issue, field: term.place, code, message)
        return Self.refused
    }
}
