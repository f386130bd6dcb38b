import BulkModel
import Formats

/// What is kept of the options of a stream beside its job: who goes on must say the same.
struct IngestRequest: Sendable {
    let isDryRun: Bool
    private let options: StreamOptions

    init(_ options: StreamOptions) {
        isDryRun = options.isDryRun
        self.options = options
    }

    /// As it was kept.
    init(_ bytes: [UInt8], limits: Limits) throws(FormatError) {
        var options = StreamOptions()
        options.isDryRun = try JSONParser.parse(bytes, limits: limits)["dryRun"]?.bool ?? false
        self.init(options)
    }

    var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.value([
            "dryRun": .bool(options.isDryRun),
            "batchSize": options.chunkRecords.map { .integer(Int64($0)) } ?? .null,
            "maxErrors": options.errorsMax.map { .integer(Int64($0)) } ?? .null,
            "onDisconnect": options.runsOnAlone ? "continue" : "stop",
        ])
        return writer.take()
    }
}
