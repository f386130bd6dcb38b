import BulkModel
import Formats

/// Puts values of earlier results where operations refer to them.
struct BatchResolver {
    let plan: BatchPlan
    /// By operation and by the column as references spell it.
    private var values: [Int: [String: JSONValue]] = [:]

    init(_ plan: BatchPlan) { self.plan = plan }

    /// Keeps what later operations want of this one's record.
    mutating func keep(_ value: JSONValue, named column: String, of operation: Int) {
        values[operation, default: [:]][column] = value
    }

    /// The operation with its references resolved; VALIDATION_ERROR for columns that the results do not have.
    func resolved(_ operation: BatchOperation) -> Result<BatchOperation, Refusal> {
        guard plan.request.resolvesReferences else { return .success(operation) }
        var missing: [Refusal.Detail] = []
        var result = operation
        if let record = operation.record, record.utf8.first == UInt8(ascii: "$") {
            result.record = text(record, of: "names no record", &missing)
        }
        for index in (operation.list?.items ?? []).indices {
            guard let value = result.list?.items[index].value else { continue }
            result.list?.items[index].value = text(value, of: "filters by nothing", &missing)
        }
        for index in operation.body.indices {
            result.body[index].value = resolved(
                operation.body[index].value, at: operation.body[index].name, &missing)
        }
        guard let first = missing.first else { return .success(result) }
        return .failure(
            Refusal(.validationError, issue: "unknown_reference", first.message, details: missing))
    }

    /// The text of a path that `text` stands for; `lack` says what it does where it stands for no text and no number.
    private func text(_ text: String, of lack: String, _ missing: inout [Refusal.Detail]) -> String {
        switch resolved(.string(text), at: "path", &missing) {
        case .string(let text): return text
        case .integer(let number): return String(number)
        case .number(let digits): return digits
        case .null, .bool, .array, .object:
            if missing.isEmpty {
                let message = "\"\(text)\" is not a text or a number, so it \(lack)."
                missing.append(Refusal.Detail(field: "path", code: .invalidValue, message: message))
            }
            return text
        }
    }

    private func resolved(
        _ value: JSONValue, at field: String, _ missing: inout [Refusal.Detail]
    ) -> JSONValue {
        switch value {
        case .null, .bool, .integer, .number: return value
        case .string(let text):
            switch BatchReference.read(text, plan.links.places) {
            case .text(let text): return .string(text)
            case .unknown: return value
            case .reference(let reference):
                if let found = values[reference.operation]?[reference.column] { return found }
                let id = plan.request.operations[reference.operation].id
                let message =
                    "\"\(text)\": the result of operation \"\(id)\" has no column \"\(reference.column)\"."
                missing.append(Refusal.Detail(field: field, code: .invalidValue, message: message))
                return .null
            }
        case .array(let values): return .array(values.map { resolved($0, at: field, &missing) })
        case .object(let members):
            return .object(
                members.map { JSONValue.Member($0.name, resolved($0.value, at: field, &missing)) })
        }
    }
}
