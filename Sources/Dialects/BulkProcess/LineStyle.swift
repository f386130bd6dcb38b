import BulkModel
import Engine
import Formats
import Planning

/// What the lines of one stream have in common.
struct LineStyle {
    let job: JobID
    /// As `metadata` names it.
    let operation: String
    /// True for records from the request's body: their lines say which one, and where in the body a fault is.
    let isIngest: Bool
    let isDryRun: Bool
    private let action: SelectionAction?
    private let updatedFields: [String]

    init(_ stream: OutcomeStream) {
        job = stream.job.id
        isDryRun = stream.isDryRun
        isIngest = stream.job.spec.source == .stream
        updatedFields = stream.updatedFields
        action = isIngest ? nil : Self.action(stream)
        operation = action?.rawValue ?? stream.job.spec.operation.rawValue
    }

    /// Only an update names fields.
    private static func action(_ stream: OutcomeStream) -> SelectionAction {
        if stream.job.spec.operation == .delete { return .delete }
        return stream.updatedFields.isEmpty ? .archive : .update
    }

    /// What stands between the key of a record that ended so and its number or the line's end.
    func middle(of action: RecordAction, at time: Timestamp?) -> [UInt8] {
        var writer = JSONWriter()
        switch self.action {
        case .update:
            let fields = action == .unchanged ? [] : updatedFields
            writer.literal(",\"updatedFields\":")
            writer.value(.array(fields.map(JSONValue.string)))
        case .archive: writer.literal(",\"action\":\"archived\"")
        case .delete: writer.literal(",\"action\":\"deleted\"")
        case nil:
            writer.literal(",\"action\":")
            writer.string(action.word ?? "error")
        }
        if let time {
            writer.literal(",\"timestamp\":")
            writer.string(time.rfc3339)
        }
        return writer.bytes
    }
}
