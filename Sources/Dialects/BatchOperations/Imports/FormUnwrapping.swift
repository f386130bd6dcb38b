import BulkModel
import Formats
import Planning

/// A form with the parts `file` and `options` (spec 001, "CSV Import"), in either order.
struct FormUnwrapping: ImportUnwrapping {
    private let limits: Limits
    private var decoder: MultipartDecoder
    private var part = Part.file
    private var options: [UInt8] = []

    private enum Part: String, CaseIterable {
        case file, options
    }

    /// UNSUPPORTED_MEDIA_TYPE for what is no form, INVALID_REQUEST for a form without boundary.
    init(contentType: String?, limits: Limits) throws(Refusal) {
        self.limits = limits
        guard let contentType, MediaType.name(in: contentType) == "multipart/form-data" else {
            throw Refusal(
                .unsupportedMediaType, issue: "content_type",
                "Send multipart/form-data with the part \"file\" and, if need be, the part \"options\".")
        }
        do throws(FormatError) {
            decoder = MultipartDecoder(
                boundary: try MultipartBoundary(contentType: contentType), limits: limits)
        } catch {
            throw Refusal(ofBody: error)
        }
    }

    mutating func take(_ bytes: [UInt8]) { decoder.take(bytes) }

    mutating func next() throws(Refusal) -> ImportStep? {
        while let event = try event() {
            if let step = try step(event) { return step }
        }
        return nil
    }

    func finish() throws(Refusal) {
        do throws(FormatError) {
            try decoder.finish()
        } catch {
            throw Refusal(ofBody: error)
        }
    }

    private mutating func event() throws(Refusal) -> MultipartEvent? {
        do throws(FormatError) {
            return try decoder.next()
        } catch {
            throw Refusal(ofBody: error)
        }
    }

    /// Nil for what only goes on with what is known.
    private mutating func step(_ event: MultipartEvent) throws(Refusal) -> ImportStep? {
        switch (event, part) {
        case (.part(let head), _):
            part = try Self.part(named: head.name)
            return part == .file ? .records(try RecordsPart(head)) : nil
        case (.bytes(let bytes), .file): return .bytes(bytes)
        case (.bytes(let bytes), .options):
            guard options.count + bytes.count <= limits.importOptionsBytesMax else {
                throw Refusal(
                    .payloadTooLarge, issue: "options_bytes",
                    "The part \"options\" is over the \(limits.importOptionsBytesMax) bytes that are taken.")
            }
            options += bytes
            return nil
        case (.partEnd, .file): return .recordsEnd
        case (.partEnd, .options): return .options(try parsedOptions())
        case (.end, _): return .end
        }
    }

    private static func part(named name: String) throws(Refusal) -> Part {
        if let part = Part(rawValue: name) { return part }
        let names = Part.allCases.map(\.rawValue)
        let hint = NearestName.of(name, among: names).map { " Did you mean \"\($0)\"?" } ?? ""
        let message = "There is no such part; known: \(names.joined(separator: ", ")).\(hint)"
        throw Refusal(
            .invalidRequest, issue: "unknown_part", "The form has an unknown part, \"\(name)\".\(hint)",
            details: [.init(field: name, code: .invalidRequest, message: message)])
    }

    private func parsedOptions() throws(Refusal) -> JSONValue {
        do throws(FormatError) {
            return try JSONParser.parse(options, limits: limits)
        } catch {
            throw Refusal(
                .invalidRequest, issue: error.code.rawValue,
                "The part \"options\" is not JSON as it is taken here: \(error.message)",
                details: [.init(field: "options", code: .invalidRequest, message: error.message)])
        }
    }
}
