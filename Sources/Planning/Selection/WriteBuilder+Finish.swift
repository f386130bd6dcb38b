import BulkModel
import Formats

extension WriteBuilder {
    /// What stands for a plan that is refused.
    private static let nothing = RowTemplate(bytes: [], values: [], times: [])

    /// The plan of the write, the key first among its columns.
    func plan(tenant: Plan.Tenant?) -> Plan {
        let inputs = [target.planned(key)] + settings.map(\.planned)
        return Plan(
            operation: target.operation, table: target.table, inputs: inputs.map { .column($0) },
            key: [key.name], tenant: tenant, inputNames: inputs.map(\.column.name))
    }

    /// The values of every row, checked; what the caller gave wrong is a fault, what the configuration did is thrown.
    mutating func template() throws(Refusal) -> RowTemplate {
        var isGood = true
        for setting in settings {
            guard let fault = bound([setting]).faults.first?.fault else { continue }
            isGood = false
            let message = "Column \"\(setting.planned.column.name)\": \(fault.message)."
            guard !setting.isConfigured else {
                throw Mark.unusable(setting.place, setting.planned.column, fault.message)
            }
            faults.add("invalid_updates", field: setting.place, .validationError, message)
        }
        guard isGood, !settings.isEmpty else { return Self.nothing }
        // Times are put in when the write happens: their samples are checked above and not kept.
        let row = bound(settings.filter { !$0.isTime })
        var known = row.values[...]
        let values = settings.map { $0.isTime ? BoundValue.absent : known.removeFirst() }
        return RowTemplate(bytes: row.bytes, values: values, times: times)
    }

    /// The value that the column is set to, as the database would print it; nil for NULL and where it is not set.
    func text(of column: String) -> String? {
        guard let setting = settings.first(where: { $0.planned.column.name == column }) else { return nil }
        let row = bound([setting])
        return switch row.values.first {
        case .integer(let number): String(number)
        case .real: String(decoding: row.bytes, as: UTF8.self)
        case .text(let start, let length):
            String(decoding: row.bytes[Int(start)..<Int(start) + Int(length)], as: UTF8.self)
        case .absent, .null, .blob, nil: nil
        }
    }

    /// The objects among the caller's values for JSON columns.
    var merges: [DocumentMerge] {
        settings.enumerated().compactMap { index, setting in
            guard !setting.isConfigured, setting.planned.column.type == .json else { return nil }
            return DocumentMerge(setting.value, into: setting.planned.column, at: index)
        }
    }

    private var times: [RowTemplate.Time] {
        settings.indices.filter { settings[$0].isTime }.map { index in
            RowTemplate.Time(index: index, isDate: settings[index].planned.column.type == .date)
        }
    }

    /// These columns as the one record of a batch, bound as those of files are.
    private func bound(_ settings: [Setting]) -> BoundBatch {
        var bytes: [UInt8] = []
        let fields = settings.map { $0.value.field(in: &bytes) }
        let columns = settings.map(\.planned)
        let names = columns.map(\.column.name)
        let plan = Plan(
            operation: .update, table: target.table, inputs: columns.map { .column($0) }, key: [],
            tenant: nil,
            inputNames: names)
        let place = RecordPlace(start: 0, length: UInt32(bytes.count), lineOffset: 0)
        let batch = RecordBatch(
            bytes: bytes, columns: names, fields: fields, places: [place], faults: [],
            origin: Position(record: 0, line: 0, byte: 0))
        return Binder(plan: plan, emptyIs: .text).bind(batch)
    }
}
