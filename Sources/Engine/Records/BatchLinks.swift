import BulkModel
import Formats

/// Which operations of a batch stand on which, checked before anything is done.
struct BatchLinks: Sendable {
    /// By id.
    let places: [String: Int]
    /// For each operation the ones that must have succeeded before.
    private(set) var needs: [Set<Int>] = []
    /// For each operation the columns of its record that later ones refer to.
    private(set) var wanted: [Set<String>]
    private var faults: [Refusal.Detail] = []
    private var issue: String?
    private let limits: Limits

    /// Throws INVALID_REQUEST with every id that is given twice, and every reference or dependency that is unknown, its own
    /// or ahead.
    init(_ request: BatchRequest, limits: Limits) throws(Refusal) {
        self.limits = limits
        var places: [String: Int] = [:]
        var repeated: [Int] = []
        for (index, operation) in request.operations.enumerated() {
            if places[operation.id] == nil { places[operation.id] = index } else { repeated.append(index) }
        }
        self.places = places
        wanted = [Set<String>](repeating: [], count: request.operations.count)
        for index in repeated {
            refuse(
                "duplicate_operation_id", "operations.\(index).id",
                "The id \"\(request.operations[index].id)\" is given more than once; each operation needs its own."
            )
        }
        for (index, operation) in request.operations.enumerated() {
            needs.append(needs(of: operation, at: index, resolves: request.resolvesReferences))
        }
        try throwIfAny()
    }

    private mutating func needs(of operation: BatchOperation, at index: Int, resolves: Bool) -> Set<Int> {
        var needs: Set<Int> = []
        for id in operation.dependsOn {
            let place = "operations.\(index).depends_on"
            if let found = places[id] {
                need(found, by: operation, index, place, &needs)
            } else {
                refuse(
                    "unknown_operation", place,
                    "Operation \"\(operation.id)\" depends on \"\(id)\", which is no operation of this batch."
                )
            }
        }
        guard resolves else { return needs }
        if let record = operation.record {
            look(at: record, of: operation, index, "operations.\(index).path", &needs)
        }
        for item in operation.list?.items ?? [] {
            look(at: item.value, of: operation, index, "operations.\(index).path", &needs)
        }
        for member in operation.body {
            look(at: member.value, of: operation, index, "operations.\(index).body.\(member.name)", &needs)
        }
        return needs
    }

    private mutating func look(
        at value: JSONValue, of operation: BatchOperation, _ index: Int, _ place: String,
        _ needs: inout Set<Int>
    ) {
        switch value {
        case .null, .bool, .integer, .number: break
        case .string(let text): look(at: text, of: operation, index, place, &needs)
        case .array(let values):
            for value in values { look(at: value, of: operation, index, place, &needs) }
        case .object(let members):
            for member in members { look(at: member.value, of: operation, index, place, &needs) }
        }
    }

    private mutating func look(
        at text: String, of operation: BatchOperation, _ index: Int, _ place: String,
        _ needs: inout Set<Int>
    ) {
        switch BatchReference.read(text, places) {
        case .text: break
        case .reference(let reference):
            wanted[reference.operation].insert(reference.column)
            need(reference.operation, by: operation, index, place, &needs)
        case .unknown(let name):
            refuse(
                "unknown_operation", place,
                "Operation \"\(operation.id)\" refers to \"$\(name)\", and no operation of this batch has that id "
                    + "(a text that begins so is written with \"$$\").")
        }
    }

    private mutating func need(
        _ found: Int, by operation: BatchOperation, _ index: Int, _ place: String, _ needs: inout Set<Int>
    ) {
        guard found < index else {
            let which = found == index ? "to itself" : "to one behind it"
            return refuse(
                found == index ? "self_reference" : "forward_reference", place,
                "Operation \"\(operation.id)\" refers \(which); only earlier operations can be referred to.")
        }
        needs.insert(found)
    }

    private mutating func refuse(_ issue: String, _ field: String, _ message: String) {
        if faults.isEmpty { self.issue = issue }
        guard faults.count < limits.detailsMax else { return }
        faults.append(Refusal.Detail(field: field, code: .invalidRequest, message: message))
    }

    private func throwIfAny() throws(Refusal) {
        guard let first = faults.first else { return }
        let rest = faults.count > 1 ? " And \(faults.count - 1) more; see the details." : ""
        throw Refusal(.invalidRequest, issue: issue, first.message + rest, details: faults)
    }
}
