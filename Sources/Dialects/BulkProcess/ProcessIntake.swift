import BulkModel
import Engine
import Formats
import Planning

/// Reads the JSON body of a bulk-process request (spec 000); strict, and names all faults at once.
struct ProcessIntake {
    let table: String
    let limits: Limits

    /// Longer than any cursor of ours.
    static let cursorBytesMax = 1024
    private static let actions: KeyValuePairs<String, SelectionAction> = [
        "status-update": .update, "archive": .archive, "delete": .delete,
    ]
    /// So many faulty ids are named one by one.
    private static let faultyIDsMax = 20

    /// What the body asks for; INVALID_REQUEST with every faulty field.
    func request(_ body: JSONValue) throws(Refusal) -> ProcessRequest {
        guard var fields = FieldReader(body) else {
            throw Refusal(.invalidRequest, issue: "not_an_object", "The body must be a JSON object.")
        }
        let cursor = fields.text("resumeFrom", bytesMax: Self.cursorBytesMax)
        if let cursor, !fields.hasAny(of: ["operation", "filters", "recordIds", "updates", "options"]) {
            try fields.finish()
            return .resume(cursor: cursor, like: nil)
        }
        let action = action(&fields)
        let (options, takesAll) = options(&fields)
        let scope = scope(&fields, takesAll: takesAll)
        let updates = updates(&fields, action)
        try fields.finish()
        guard let action, let scope else {
            throw Refusal(.internalError, "A request without a fault is incomplete.")
        }
        let selection = ProcessRequest.Selection(
            request: SelectionRequest(table: table, action: action, scope: scope, updates: updates),
            options: options)
        return cursor.map { .resume(cursor: $0, like: selection) } ?? .begin(selection)
    }

    private func action(_ fields: inout FieldReader) -> SelectionAction? {
        guard let value = fields.value("operation") else {
            fields.fault("operation", "Is required.", .missingValue)
            return nil
        }
        guard let name = value.string, Operation(rawValue: name)?.isWrite == true, name != "delete" else {
            return fields.choice("operation", of: Self.actions)
        }
        fields.fault(
            "operation",
            "Must be one of status-update, archive, delete; to \(name) records, send them as the body with "
                + "Content-Type application/x-ndjson or text/csv and ?operation=\(name).")
        return nil
    }

    private func options(_ fields: inout FieldReader) -> (StreamOptions, takesAll: Bool) {
        guard let value = fields.value("options") else { return (StreamOptions(), false) }
        guard var members = FieldReader(value, path: "options.") else {
            fields.fault("options", "Must be an object, such as {\"maxErrors\": 100}.")
            return (StreamOptions(), false)
        }
        let options = OptionsIntake.read(&members, limits: limits)
        let takesAll = members.flag("all") ?? false
        members.refuseOthers()
        fields.take(members.faults)
        return (options, takesAll)
    }

    private func scope(_ fields: inout FieldReader, takesAll: Bool) -> SelectionRequest.Scope? {
        let filters = fields.value("filters")
        if let ids = fields.value("recordIds") {
            if filters != nil {
                fields.fault("recordIds", "Goes without filters: send one or the other.", .invalidRequest)
            }
            return listed(ids, &fields)
        }
        guard let filters else {
            if !takesAll { refuseAll(&fields) }
            return .matching(.all([]))
        }
        var intake = FilterIntake(limits: limits)
        let expression = intake.expression(filters)
        fields.take(intake.faults)
        if intake.faults.isEmpty, intake.termCount == 0, !takesAll { refuseAll(&fields) }
        return .matching(expression)
    }

    private func refuseAll(_ fields: inout FieldReader) {
        fields.fault(
            "filters",
            "Nothing selects records: send filters or recordIds, or say that every record is meant with "
                + "\"options\": {\"all\": true}.", .missingValue)
    }

    private func listed(_ value: JSONValue, _ fields: inout FieldReader) -> SelectionRequest.Scope? {
        guard let ids = value.array, (1...limits.recordIDsMax).contains(ids.count) else {
            fields.fault("recordIds", "Must be an array of 1 to \(limits.recordIDsMax) ids.")
            return nil
        }
        let faulty = ids.indices.filter { ids[$0].integer == nil && (ids[$0].string ?? "").isEmpty }
        for index in faulty.prefix(Self.faultyIDsMax) {
            fields.fault("recordIds[\(index)]", "Must be a text that is not empty or a whole number.")
        }
        if faulty.count > Self.faultyIDsMax {
            fields.fault("recordIds", "Has \(faulty.count - Self.faultyIDsMax) more ids that are neither.")
        }
        return faulty.isEmpty ? .listed(ids) : nil
    }

    private func updates(_ fields: inout FieldReader, _ action: SelectionAction?) -> [JSONValue.Member] {
        let value = fields.value("updates")
        guard action == .update else {
            if value != nil, let action {
                fields.fault(
                    "updates", "Goes with operation status-update only, not \(action.rawValue).",
                    .invalidRequest)
            }
            return []
        }
        guard let value else {
            fields.fault("updates", "Is required: the columns to change and their new values.", .missingValue)
            return []
        }
        guard case .object(let members) = value, !members.isEmpty else {
            fields.fault(
                "updates", "Must be an object with at least one column, such as {\"status\": \"DONE\"}.")
            return []
        }
        return members
    }
}
