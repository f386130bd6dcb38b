import BulkModel
import Formats

/// What `options` of an import or a bulk request ask for, before the records are known.
struct ImportOptions: Sendable {
    /// Set when the records shall replace those with the same key.
    var isUpsert = false
    var key: String?
    var chunkRecords: Int?
    /// What the file is, where it does not say so itself.
    var format: ContentFormat?
    var delimiter: UInt8?
    var emptyIs: EmptyMeaning?
    var job = JobOptions()
    /// Every record is looked at before any is written.
    var isValidatedFirst = false

    /// Longer than any name a database takes.
    private static let nameBytesMax = 255
    private static let formats: KeyValuePairs<String, ContentFormat> = [
        "csv": .csv, "json": .json, "ndjson": .ndjson, "CSV": .csv, "JSON": .json, "NDJSON": .ndjson,
    ]

    /// Nothing was asked for.
    init() { job.noun = .import }

    /// From the object; INVALID_REQUEST with every faulty member. `isFile`: the records are a file, of which more can be
    /// said than of records in the request itself.
    init(
        _ value: JSONValue, isFile: Bool, limits: Limits, webhooks: WebhookIntake
    ) throws(Refusal) {
        self.init()
        if value == .null { return }
        guard var fields = FieldReader(value, path: "options.") else {
            throw Refusal(
                .invalidRequest, issue: "not_an_object", "`options` must be a JSON object.",
                details: [.init(field: "options", code: .invalidValue, message: "Must be an object.")])
        }
        job.mapping = Self.mapping(&fields)
        job.isLenient = fields.choice("validation", of: ["strict": false, "lenient": true]) ?? false
        job.isDryRun = fields.flag("dry_run") ?? false
        job.webhook = Self.webhook(&fields, webhooks)
        chunkRecords = fields.integer("chunk_size", in: 1...limits.chunkRecordsMax)
        isValidatedFirst = fields.flag("validate_before_import") ?? false
        isUpsert = fields.flag("upsert") ?? false
        key = fields.text("upsert_key", bytesMax: Self.nameBytesMax)
        if key != nil, !isUpsert {
            fields.fault("upsert_key", "Goes with \"upsert\": true only.", .invalidRequest)
        }
        if isFile {
            format = fields.choice("format", of: Self.formats)
            delimiter = fields.choice("delimiter", of: CSVChoices.delimiters)
            emptyIs = fields.choice("empty_is", of: CSVChoices.emptyMeanings)
        }
        try fields.finish()
    }

    /// The job that does it.
    func spec(
        table: String, format: ContentFormat, compression: Compression, tenant: TenantID
    ) throws(Refusal) -> JobSpec {
        try check(goesWith: format)
        var spec = JobSpec(
            tenant: tenant, dialect: BatchOperations.name, operation: isUpsert ? .upsert : .insert,
            table: table,
            format: format, compression: compression)
        spec.key = key
        spec.delimiter = delimiter
        spec.emptyIs = emptyIs ?? .absent
        spec.chunkRecords = chunkRecords
        spec.options = job
        return spec
    }

    /// Options that make no sense with the file: silently ignoring them would hide a mistake.
    private func check(goesWith format: ContentFormat) throws(Refusal) {
        var details: [Refusal.Detail] = []
        if let asked = self.format, asked != format {
            let message = "Says \(asked.rawValue), but the file says of itself that it is \(format.rawValue)."
            details.append(.init(field: "options.format", code: .invalidRequest, message: message))
        }
        if format != .csv {
            let message = "Goes with CSV only; the file is \(format.rawValue)."
            for (name, isThere) in [("delimiter", delimiter != nil), ("empty_is", emptyIs != nil)]
            where isThere {
                details.append(.init(field: "options.\(name)", code: .invalidRequest, message: message))
            }
        }
        guard let first = details.first else { return }
        throw Refusal(
            .invalidRequest, issue: "invalid_fields", "The options do not fit the file: \(first.message)",
            details: details)
    }

    /// `{"name in the file": "column"}` or `{"name in the file": {"type": "json", "field": "column"}}`.
    private static func mapping(_ fields: inout FieldReader) -> [FieldMapping] {
        guard let value = fields.value("mapping") else { return [] }
        guard case .object(let members) = value else {
            fields.fault("mapping", "Must be an object of names in the file and columns.")
            return []
        }
        return members.compactMap { member in
            let place = "mapping.\(member.name)"
            if let column = member.value.string {
                if !(1...nameBytesMax).contains(column.utf8.count) {
                    fields.fault(place, "Must be a text of 1 to \(nameBytesMax) bytes.")
                }
                return FieldMapping(source: member.name, column: column)
            }
            guard var target = FieldReader(member.value, path: place + ".") else {
                fields.fault(place, "Must be a column, or {\"type\": \"json\", \"field\": column}.")
                return nil
            }
            let column = target.requiredText("field", bytesMax: nameBytesMax)
            let isJSON = target.choice("type", of: ["json": true]) ?? false
            target.refuseOthers()
            for fault in target.faults { fields.fault(fault.field ?? place, fault.message, fault.code) }
            return column.map { FieldMapping(source: member.name, column: $0, isJSON: isJSON) }
        }
    }

    private static func webhook(_ fields: inout FieldReader, _ webhooks: WebhookIntake) -> WebhookTarget? {
        let one = fields.value("notification_webhook")
        let other = fields.value("webhook")
        if one != nil, other != nil {
            fields.fault(
                "webhook", "Says the same as notification_webhook; send one of them.", .invalidRequest)
        }
        if let one { return webhooks.target(one, "notification_webhook", &fields) }
        return other.flatMap { webhooks.target($0, "webhook", &fields) }
    }
}
