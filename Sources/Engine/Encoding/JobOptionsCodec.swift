package import BulkModel
import Formats

/// A job's options as the JSON that stores keep; the empty text for options that ask for nothing.
package enum JobOptionsCodec {
    /// The options as bytes.
    package static func bytes(_ options: JobOptions) -> [UInt8] {
        guard options != JobOptions() else { return [] }
        var members: [JSONValue.Member] = []
        if !options.mapping.isEmpty { members.append(.init("mapping", .array(options.mapping.map(value)))) }
        if options.isLenient { members.append(.init("lenient", true)) }
        if options.isDryRun { members.append(.init("dry_run", true)) }
        if options.noun != .job { members.append(.init("noun", .string(options.noun.rawValue))) }
        if let webhook = options.webhook { members.append(.init("webhook", value(webhook))) }
        var writer = JSONWriter()
        writer.value(.object(members))
        return writer.bytes
    }

    /// The options that the bytes are of; throws `StoreError` for what is none of ours.
    package static func options(_ bytes: [UInt8]) throws(StoreError) -> JobOptions {
        var options = JobOptions()
        guard !bytes.isEmpty else { return options }
        let value: JSONValue
        do {
            value = try JSONParser.parse(bytes, limits: Limits())
        } catch {
            throw damaged
        }
        options.isLenient = value["lenient"]?.bool ?? false
        options.isDryRun = value["dry_run"]?.bool ?? false
        if let noun = value["noun"]?.string {
            guard let known = JobOptions.Noun(rawValue: noun) else { throw damaged }
            options.noun = known
        }
        if case .array(let mappings)? = value["mapping"] {
            for mapping in mappings { options.mapping.append(try fieldMapping(mapping)) }
        }
        if let webhook = value["webhook"] { options.webhook = try target(webhook) }
        return options
    }

    private static let damaged = StoreError(.failed, "a job's options cannot be read")

    private static func value(_ mapping: FieldMapping) -> JSONValue {
        [
            "source": .string(mapping.source), "column": .string(mapping.column),
            "json": .bool(mapping.isJSON),
        ]
    }

    private static func fieldMapping(_ value: JSONValue) throws(StoreError) -> FieldMapping {
        guard let source = value["source"]?.string, let column = value["column"]?.string else {
            throw damaged
        }
        return FieldMapping(source: source, column: column, isJSON: value["json"]?.bool ?? false)
    }

    private static func value(_ target: WebhookTarget) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("url", .string(target.url)),
            .init("events", .array(target.events.sorted().map(JSONValue.string))),
            .init("headers", .array(target.headers.map { .array([.string($0.name), .string($0.value)]) })),
        ]
        if let secret = target.sealedSecret {
            members.append(.init("secret", .array(secret.map { .integer(Int64($0)) })))
        }
        return .object(members)
    }

    private static func target(_ value: JSONValue) throws(StoreError) -> WebhookTarget {
        guard let url = value["url"]?.string else { throw damaged }
        var target = WebhookTarget(url: url)
        if case .array(let events)? = value["events"] { target.events = Set(events.compactMap(\.string)) }
        if case .array(let headers)? = value["headers"] {
            target.headers = try headers.map { (header) throws(StoreError) in
                guard case .array(let parts) = header, parts.count == 2, let name = parts[0].string,
                    let value = parts[1].string
                else { throw damaged }
                return WebhookTarget.HeaderLine(name: name, value: value)
            }
        }
        if case .array(let secret)? = value["secret"] {
            target.sealedSecret = secret.compactMap { $0.integer.flatMap { UInt8(exactly: $0) } }
        }
        return target
    }
}
