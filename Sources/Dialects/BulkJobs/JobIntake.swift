import BulkModel
import Formats

/// Turns the body of "Create Job" (spec 002) into a job's specification; strict, and names all faults at once.
enum JobIntake {
    /// Names the dialect in jobs.
    static let dialect = "bulk-jobs"

    private static let operations: KeyValuePairs<String, Operation> = [
        "query": .query, "insert": .insert, "update": .update, "upsert": .upsert, "delete": .delete,
    ]
    private static let formats: KeyValuePairs<String, ContentFormat> = [
        "CSV": .csv, "JSON": .json, "NDJSON": .ndjson,
    ]
    private static let compressions: KeyValuePairs<String, Compression> = ["NONE": .none, "GZIP": .gzip]
    /// Longer than any name a database takes.
    private static let nameBytesMax = 255

    /// The specification that the body asks for; INVALID_REQUEST with every faulty field.
    static func spec(_ body: JSONValue, tenant: TenantID, limits: Limits) throws(Refusal) -> JobSpec {
        guard var fields = FieldReader(body) else { throw notAnObject }
        if fields.value("operation") == nil { fields.fault("operation", "Is required.", .missingValue) }
        let operation = fields.choice("operation", of: operations)
        let table = fields.requiredText("object", bytesMax: nameBytesMax)
        var spec = JobSpec(
            tenant: tenant, dialect: dialect, operation: operation ?? .query, table: table ?? "")
        spec.format = fields.choice("content_type", of: formats) ?? .csv
        spec.compression = fields.choice("compression", of: compressions) ?? .none
        spec.query = fields.text("query", bytesMax: limits.queryBytesMax)
        spec.key = fields.text("key", bytesMax: nameBytesMax)
        spec.delimiter = fields.choice("column_delimiter", of: CSVChoices.delimiters)
        spec.emptyIs = emptyMeaning(&fields)
        if operation != nil { checkTogether(spec, &fields) }
        try fields.finish()
        return spec
    }

    /// The state that "Update Job State" asks for: `uploadComplete` or `aborted`.
    static func state(_ body: JSONValue) throws(Refusal) -> JobState {
        guard var fields = FieldReader(body) else { throw notAnObject }
        if fields.value("state") == nil { fields.fault("state", "Is required.", .missingValue) }
        let state = fields.choice(
            "state", of: ["UploadComplete": JobState.uploadComplete, "Aborted": JobState.aborted])
        try fields.finish()
        guard let state else { throw Refusal(.internalError, "A state without a fault is missing.") }
        return state
    }

    private static let notAnObject = Refusal(
        .invalidRequest, issue: "not_an_object", "The body must be a JSON object.")

    private static func emptyMeaning(_ fields: inout FieldReader) -> EmptyMeaning {
        guard let value = fields.value("assume") else { return .absent }
        guard var assumptions = FieldReader(value, path: "assume.") else {
            fields.fault("assume", "Must be an object, such as {\"empty_is\": \"null\"}.")
            return .absent
        }
        let meaning = assumptions.choice("empty_is", of: CSVChoices.emptyMeanings)
        assumptions.refuseOthers()
        fields.take(assumptions.faults)
        return meaning ?? .absent
    }

    /// Fields that make no sense beside the operation or format: silently ignoring them would hide a mistake.
    private static func checkTogether(_ spec: JobSpec, _ fields: inout FieldReader) {
        if spec.query != nil, spec.operation != .query {
            fields.fault("query", "Goes with operation query only.", .invalidRequest)
        }
        if spec.key != nil, ![.update, .upsert, .delete].contains(spec.operation) {
            fields.fault("key", "Goes with operations update, upsert and delete only.", .invalidRequest)
        }
        if spec.delimiter != nil, spec.format != .csv {
            fields.fault("column_delimiter", "Goes with content_type CSV only.", .invalidRequest)
        }
        if spec.emptyIs != .absent, spec.format != .csv || !spec.operation.isWrite {
            fields.fault("assume.empty_is", "Goes with uploads of content_type CSV only.", .invalidRequest)
        }
    }
}
