import BulkModel
import Engine
import Formats
import Planning

/// Reads the body of an update by query; strict, and names all faults at once.
struct UpdateIntake {
    let table: String
    /// Names of the table's columns.
    let columns: [String]
    let limits: Limits

    /// What the body asks for.
    struct Request: Hashable {
        var request: SelectionRequest
        var options: StreamOptions
    }

    /// INVALID_REQUEST with every faulty field.
    func request(_ body: JSONValue) throws(Refusal) -> Request {
        guard var fields = FieldReader(body) else {
            throw Refusal(.invalidRequest, issue: "not_an_object", "The body must be a JSON object.")
        }
        let (options, takesAll) = options(&fields)
        let filter = filter(&fields, takesAll: takesAll)
        let updates = updates(&fields)
        try fields.finish()
        var request = SelectionRequest(
            table: table, action: .update, scope: .matching(filter), updates: updates)
        request.mergesObjects = true
        return Request(request: request, options: options)
    }

    /// The refusal with the body's own names: who selects and updates calls the same fields otherwise elsewhere.
    static func named(_ refusal: Refusal) -> Refusal {
        var named = refusal
        for index in named.details.indices {
            guard let field = named.details[index].field, field.hasPrefix("updates") else { continue }
            named.details[index].field = "update" + field.dropFirst("updates".count)
        }
        let areValues =
            !named.details.isEmpty && named.details.allSatisfy { $0.field?.contains(".") ?? false }
        if named.code == .invalidRequest, areValues { named.code = .validationError }
        return named
    }

    private func options(_ fields: inout FieldReader) -> (StreamOptions, takesAll: Bool) {
        var options = StreamOptions()
        options.recordsMax = limits.bulkUpdateRecordsMax
        guard let value = fields.value("options") else { return (options, false) }
        guard var members = FieldReader(value, path: "options.") else {
            fields.fault("options", "Must be an object, such as {\"limit\": 1000}.")
            return (options, false)
        }
        options.isDryRun = members.flag("dry_run") ?? false
        options.limit = members.integer("limit", in: 1...Int.max)
        if options.limit != nil { options.recordsMax = nil }
        let takesAll = members.flag("all") ?? false
        members.refuseOthers()
        fields.take(members.faults)
        return (options, takesAll)
    }

    private func filter(_ fields: inout FieldReader, takesAll: Bool) -> FilterExpression {
        let value = fields.value("filter") ?? .object([])
        guard case .object(let members) = value else {
            fields.fault("filter", "Must be an object, such as {\"status\": \"draft\"}.")
            return .all([])
        }
        guard !members.isEmpty else {
            if !takesAll {
                fields.fault(
                    "filter",
                    "Nothing selects records: send a filter, or say that every record is meant with "
                        + "\"options\": {\"all\": true}.", .missingValue)
            }
            return .all([])
        }
        var filter = SuffixedFilter(columns: columns, limits: limits, path: "filter.")
        let expression = filter.expression(members)
        fields.take(filter.faults)
        return expression
    }

    private func updates(_ fields: inout FieldReader) -> [JSONValue.Member] {
        guard let value = fields.value("update") else {
            fields.fault("update", "Is required: the columns to change and their new values.", .missingValue)
            return []
        }
        guard case .object(let members) = value, !members.isEmpty else {
            fields.fault(
                "update", "Must be an object with at least one column, such as {\"status\": \"archived\"}.")
            return []
        }
        return members
    }
}
