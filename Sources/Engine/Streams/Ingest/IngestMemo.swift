import BulkModel
import Formats

/// What is kept of a stream's request beside its job: what whoever goes on must say again.
struct IngestMemo: Sendable {
    let isDryRun: Bool

    init(isDryRun: Bool) { self.isDryRun = isDryRun }

    /// As it was kept.
    init(_ bytes: [UInt8], limits: Limits) throws(FormatError) {
        isDryRun = try JSONParser.parse(bytes, limits: limits)["dryRun"]?.bool ?? false
    }

    var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.value(["dryRun": .bool(isDryRun)])
        return writer.take()
    }
}
