import Formats

/// What `breakbulk process` asks for: the body of a bulk-process request (spec 000).
struct ProcessRequest: Hashable, Sendable {
    var table: String
    var operation: String?
    /// All of them must hold.
    var filters: [JSONValue] = []
    var recordIDs: [JSONValue]?
    var updates: [JSONValue.Member] = []
    var options: [JSONValue.Member] = []
    var resumeFrom: String?

    /// Parts that were not given are left out.
    var body: JSONValue {
        var members: [JSONValue.Member] = []
        if let operation { members.append(.init("operation", .string(operation))) }
        if let filter = filters.first {
            members.append(.init("filters", filters.count == 1 ? filter : ["and": .array(filters)]))
        }
        if let recordIDs { members.append(.init("recordIds", .array(recordIDs))) }
        if !updates.isEmpty { members.append(.init("updates", .object(updates))) }
        if !options.isEmpty { members.append(.init("options", .object(options))) }
        if let resumeFrom { members.append(.init("resumeFrom", .string(resumeFrom))) }
        return .object(members)
    }
}
