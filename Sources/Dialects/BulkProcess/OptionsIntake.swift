import BulkModel
import Engine

/// Reads how a stream shall run, from `options` of a body or from a query.
enum OptionsIntake {
    /// Parameters of a query that are whole numbers and truth values.
    static let numbers: Set<String> = ["batchSize", "maxErrors", "maxAffected"]
    static let flags: Set<String> = ["continueOnError", "dryRun"]

    /// The options that every stream takes.
    static func read(_ fields: inout FieldReader, limits: Limits) -> StreamOptions {
        var options = StreamOptions()
        options.chunkRecords = fields.integer("batchSize", in: 1...limits.streamChunkRecordsMax)
        options.errorsMax = errorsMax(&fields)
        options.isDryRun = fields.flag("dryRun") ?? false
        options.runsOnAlone = fields.choice("onDisconnect", of: ["stop": false, "continue": true]) ?? false
        options.recordsMax = fields.integer("maxAffected", in: 0...Int.max)
        return options
    }

    /// `continueOnError: false` means that the first error is the last, which is what `maxErrors: 1` says.
    private static func errorsMax(_ fields: inout FieldReader) -> Int? {
        let errorsMax = fields.integer("maxErrors", in: 1...Int.max)
        guard fields.flag("continueOnError") == false else { return errorsMax }
        if let errorsMax, errorsMax > 1 {
            fields.fault(
                "maxErrors", "Contradicts continueOnError: false, which stops at the first error; send one.",
                .invalidRequest)
        }
        return 1
    }
}
