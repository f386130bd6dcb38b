import BulkModel
import Engine
import Formats

/// What a bulk-process request asks for whose body are the records themselves.
struct IngestRequest: Hashable {
    var spec: JobSpec
    var compression: Compression
    var options: StreamOptions
    var cursor: String?

    /// Longer than any name a database takes.
    private static let nameBytesMax = 255
    private static let operations: KeyValuePairs<String, Operation> = [
        "insert": .insert, "update": .update, "upsert": .upsert, "delete": .delete,
    ]

    /// From query and header lines; INVALID_REQUEST with every faulty parameter, UNSUPPORTED_MEDIA_TYPE for a packing
    /// that is not taken and PAYLOAD_TOO_LARGE for a body that says so beforehand.
    init(_ call: Call, table: String, format: ContentFormat, tenant: TenantID) throws(Refusal) {
        compression = try UploadMediaType.compression(call.headers["content-encoding"]) ?? .none
        if let length = call.contentLength, length > call.limits.uploadBytesMax {
            throw Refusal(
                .payloadTooLarge, issue: "max_bytes",
                "The body has \(length) bytes, at most \(call.limits.uploadBytesMax) are taken; send several."
            )
        }
        let object = call.query.object(numbers: OptionsIntake.numbers, flags: OptionsIntake.flags)
        guard var fields = FieldReader(object) else {
            throw Refusal(.internalError, "A query became no object.")
        }
        if fields.value("operation") == nil { fields.fault("operation", "Is required.", .missingValue) }
        let operation = fields.choice("operation", of: Self.operations)
        options = OptionsIntake.read(&fields, limits: call.limits)
        spec = JobSpec(
            tenant: tenant, dialect: BulkProcess.name, operation: operation ?? .insert, table: table,
            format: format, compression: compression)
        spec.source = .stream
        spec.chunkRecords = options.chunkRecords
        spec.key = fields.text("key", bytesMax: Self.nameBytesMax)
        spec.delimiter = fields.choice("delimiter", of: CSVChoices.delimiters)
        spec.emptyIs = fields.choice("emptyIs", of: CSVChoices.emptyMeanings) ?? .absent
        cursor = fields.text("resumeFrom", bytesMax: ProcessIntake.cursorBytesMax)
        Self.checkTogether(spec, &fields)
        try fields.finish()
    }

    /// Parameters that make no sense beside the operation or format: silently ignoring them would hide a mistake.
    private static func checkTogether(_ spec: JobSpec, _ fields: inout FieldReader) {
        if spec.key != nil, spec.operation == .insert {
            fields.fault("key", "Goes with operations update, upsert and delete only.", .invalidRequest)
        }
        guard spec.format != .csv else { return }
        if spec.delimiter != nil { fields.fault("delimiter", "Goes with text/csv only.", .invalidRequest) }
        if spec.emptyIs != .absent { fields.fault("emptyIs", "Goes with text/csv only.", .invalidRequest) }
    }
}
